import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Link, LinkHandler } from '../client/dialer.js';
import { dialTcp, type TcpOptions } from './dial-tcp.js';

// Which timer the kernel has set for a connection, and in how many hundredths of a second it fires.
const CONNECTIONS = '/proc/net/tcp';
const KEEPALIVE = 2;

const handler: LinkHandler = { onBytes: () => {}, onWritable: () => {}, onClose: () => {} };

let server: Server;
let url: URL;

beforeAll(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = new URL(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterAll(() => {
  server.close();
});

/** Dials; returns the link and the port that it has on this side. */
async function dial(options: TcpOptions): Promise<{ link: Link; port: number }> {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const link = await dialTcp(options)(url, { timeoutMs: 5_000, signal: undefined }, handler);
  const [peer] = await accepted;
  peer.on('error', () => {});
  return { link, port: peer.remotePort as number };
}

/** The timer of the connection with this local port; undefined while it is one for what is on its way. */
function timerOf(port: number): { kind: number; leftMs: number } | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const line = readFileSync(CONNECTIONS, 'utf8')
    .split('\n')
    .map((text) => text.trim().split(/\s+/))
    .find(([, local]) => local?.endsWith(`:${hex}`));
  const [kind = '', left = ''] = line?.[5]?.split(':') ?? [];
  return kind === '01' ? undefined : { kind: Number.parseInt(kind, 16), leftMs: Number.parseInt(left, 16) * 10 };
}

describe.skipIf(!existsSync(CONNECTIONS))('the keepalive of a TCP connection', () => {
  it.each([
    [{}, 60_000],
    [{ keepAliveMs: 20_000 }, 20_000],
  ])("is the kernel's business, after so much silence: %o", async (options, keepAliveMs) => {
    const { link, port } = await dial(options);
    await expect.poll(() => timerOf(port)?.kind).toBe(KEEPALIVE);
    const leftMs = timerOf(port)?.leftMs ?? 0;
    expect(leftMs).toBeLessThanOrEqual(keepAliveMs);
    expect(leftMs).toBeGreaterThan(keepAliveMs - 10_000);
    link.destroy();
  });

  it('can be turned off', async () => {
    const { link, port } = await dial({ keepAliveMs: 0 });
    await expect.poll(() => timerOf(port)?.kind).toBe(0);
    link.destroy();
  });
});

describe('small packets over TCP', () => {
  interface Handle {
    setNoDelay(on: boolean): number;
  }

  /** What the handle of the socket that is dialled is told. */
  async function toldWhile(options: TcpOptions): Promise<boolean[]> {
    const told: boolean[] = [];
    const onSocket = (message: unknown): void => {
      const { socket } = message as { socket: { _handle: Handle } };
      // It gets its handle in this very turn, and what it is told once it is connected.
      queueMicrotask(() => {
        const handle = socket._handle;
        const setNoDelay = handle.setNoDelay.bind(handle);
        handle.setNoDelay = (on) => {
          told.push(on);
          return setNoDelay(on);
        };
      });
    };
    subscribe('net.client.socket', onSocket);
    const { link } = await dial(options);
    unsubscribe('net.client.socket', onSocket);
    link.destroy();
    return told;
  }

  it('are sent at once, unless they shall wait for more', async () => {
    expect(await toldWhile({})).toEqual([true]);
    expect(await toldWhile({ noDelay: true })).toEqual([true]);
    expect(await toldWhile({ noDelay: false })).toEqual([]);
  });
});
