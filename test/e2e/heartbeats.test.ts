import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { SessionService } from '@polywire/protocol/polywire.session.v1';
import { createServer, type PolywireServer, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../sdk/testing/index.js';
import { NativePeer } from '../kit/native-peer.js';

const HEARTBEAT_MS = 1_000;
const HEARTBEAT_LOST = 3046;

let server: PolywireServer;
let clock: FakeClock;

async function start(heartbeatMs: number): Promise<void> {
  clock = new FakeClock();
  server = await createServer({ listeners: [ws({ port: 0 }), tcp({ port: 0 })], clock, session: { heartbeatMs } });
}

afterEach(async () => {
  // Closing waits by the same clock.
  const moving = setInterval(() => clock.advance(100), 5);
  await server.close({ drainMs: 0 });
  clearInterval(moving);
});

describe.each([
  ['ws', 0],
  ['tcp', 1],
] as const)('heartbeats over %s', (transport, at) => {
  const open = (): Promise<NativePeer & { welcome: { heartbeatMs: number } }> =>
    NativePeer.open(server.addresses[at] as string);

  it('ends a connection that is silent for two of them; its session waits', async () => {
    await start(HEARTBEAT_MS);
    const [silent, alive] = [await open(), await open()];
    expect(silent.welcome.heartbeatMs).toBe(HEARTBEAT_MS);
    for (let beat = 0; beat < 2; beat++) {
      clock.advance(HEARTBEAT_MS);
      await alive.use(SessionService).ping({ nonce: 1n });
    }
    expect(server.sessions()).toHaveLength(2);
    clock.advance(HEARTBEAT_MS / 4);
    const end = await silent.closed;
    if (transport === 'ws') expect(end.code).toBe(HEARTBEAT_LOST);
    expect(silent.peerError?.code).toBe(ErrorCode.HEARTBEAT_LOST);
    await expect.poll(() => server.stats()).toMatchObject({ sessions: 1, sessionsParked: 1, heartbeatsLost: 1 });
    await alive.use(SessionService).ping({ nonce: 2n });
    alive.drop();
  });

  it('cuts a peer off that does not even take its close, and tells of it once', async () => {
    await start(HEARTBEAT_MS);
    const [silent, alive] = [await open(), await open()];
    // Whoever reads nothing answers no close either: that is a connection that is half open.
    silent.stopReading();
    const errors: string[] = [];
    void (async () => {
      for await (const event of server.events()) if (event.type === 'error') errors.push(event.error.codeName);
    })();
    for (let tick = 0; tick < 10; tick++) {
      clock.advance(HEARTBEAT_MS / 4);
      await alive.use(SessionService).ping({ nonce: 1n });
    }
    // Sooner than a connection that is closing is cut off anyway, after 5 s.
    await expect
      .poll(() => server.stats(), { timeout: 3_000 })
      .toMatchObject({ sessions: 1, sessionsParked: 1, heartbeatsLost: 1 });
    expect(errors).toEqual(['HEARTBEAT_LOST']);
    silent.drop();
    alive.drop();
  });

  it('counts any packet as one', async () => {
    await start(HEARTBEAT_MS);
    const peer = await open();
    for (let beat = 0; beat < 10; beat++) {
      clock.advance(HEARTBEAT_MS);
      await peer.use(SessionService).ping({ nonce: 1n });
    }
    expect(server.stats()).toMatchObject({ sessions: 1, heartbeatsLost: 0 });
    peer.drop();
  });

  it('are not expected when the client was told of none', async () => {
    await start(0);
    const peer = await open();
    expect(peer.welcome.heartbeatMs).toBe(0);
    clock.advance(24 * 3_600_000);
    await peer.use(SessionService).ping({ nonce: 1n });
    peer.drop();
  });
});
