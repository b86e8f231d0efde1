import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { FakeClock } from '@polywire/sdk/testing';
import { afterEach, expect } from 'vitest';
import { createServer, type ServerOptions } from '../../../server/create-server.js';
import { tcp } from '../../../server/listeners.js';
import type { PolywireServer } from '../../../server/server.js';
import { type BanioClient, dialBanio } from './banio-client.js';

export const KEY = '000102030405060708090a0b0c0d0e0f';
export const ended: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

export async function serve(options: Omit<ServerOptions, 'listeners'> = {}): Promise<PolywireServer> {
  const server = await createServer({ listeners: [tcp({ port: 0, dialect: 'banio' })], ...options });
  const { clock } = options;
  ended.push(async () => {
    // A stop takes time, and a test's clock stands still.
    const ticker = setInterval(() => clock instanceof FakeClock && clock.advance(100), 5);
    await server.close();
    clearInterval(ticker);
  });
  return server;
}

export async function dial(
  server: PolywireServer,
  options: Parameters<typeof dialBanio>[1] = {},
): Promise<BanioClient> {
  const client = await dialBanio(server.addresses[0] as string, options);
  ended.push(() => client.raw.destroy());
  return client;
}

export const code = (name: keyof typeof ErrorCode): object => expect.objectContaining({ code: ErrorCode[name] });
