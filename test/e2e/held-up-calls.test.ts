import { ClientDataService } from '@polywire/protocol/polywire.data.v1';
import { IoService } from '@polywire/protocol/polywire.io.v1';
import type { MethodDescriptor } from '@polywire/protocol/wire';
import { oneWay } from '@polywire/sdk/core';
import { FakeClock } from '@polywire/sdk/testing';
import { createServer, ws } from '@polywire/server';
import { expect, it } from 'vitest';
import { NativePeer } from '../kit/native-peer.js';

const WINDOW_MS = 5_000;
const LONG_MS = 3_600_000;

/** Makes a call that a hook holds up, ends its session meanwhile, and lets it go on. */
async function outcomeOf(clientId: string, call: (peer: NativePeer) => void): Promise<string> {
  const clock = new FakeClock();
  const server = await createServer({
    listeners: [ws({ port: 0 })],
    clock,
    session: { heartbeatMs: 0, resumeWindowMs: WINDOW_MS },
  });
  const peer = await NativePeer.open(server.addresses[0] as string, { clientId });
  let goOn = (): void => {};
  let isHeld = false;
  const outcomes: string[] = [];
  server.use({
    onExecute: () =>
      new Promise<void>((resolve) => {
        isHeld = true;
        goOn = resolve;
      }),
    onRespond: (_, outcome) => void outcomes.push(outcome.ok ? 'done' : outcome.error.codeName),
  });
  call(peer);
  await expect.poll(() => isHeld).toBe(true);
  peer.drop();
  await expect.poll(() => server.stats().sessionsParked).toBe(1);
  clock.advance(WINDOW_MS);
  expect(server.stats().sessionsParked).toBe(0);
  goOn();
  await expect.poll(() => outcomes.length).toBe(1);
  expect(server.stats().io?.locks).toBe(0);
  const ticking = setInterval(() => clock.advance(1_000), 5);
  await server.close({ drainMs: 0 });
  clearInterval(ticking);
  return outcomes[0] as string;
}

it('a value does not come into the space of a session that has ended while a hook held the call up', async () => {
  const store = (peer: NativePeer): void => {
    peer
      .use(ClientDataService)
      .store({ key: 'k', value: new Uint8Array(1) })
      .catch(() => {});
  };
  expect(await outcomeOf('', store)).toBe('UNAVAILABLE');
  // That of a client outlives its sessions.
  expect(await outcomeOf('CS001', store)).toBe('done');
});

it.each(['', 'CS001'])('a session of the client "%s" that has ended meanwhile takes no lock', async (clientId) => {
  const lock = (peer: NativePeer): void => {
    const method = IoService.methods.lock as MethodDescriptor;
    oneWay(peer.engine, IoService, method, { name: 'door', ttlMs: LONG_MS });
    peer.engine.flush();
  };
  expect(await outcomeOf(clientId, lock)).toBe('UNAVAILABLE');
});
