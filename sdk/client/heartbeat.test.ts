import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { SessionServiceClient } from '@polywire/protocol/polywire.session.v1';
import { describe, expect, it } from 'vitest';
import type { PolywireError } from '../core/index.js';
import { connectToMemory, FakeClock, MemoryServer } from '../testing/index.js';
import { Heartbeat } from './heartbeat.js';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A heartbeat of 1,000 ms over a connection that the test plays. */
function setUp() {
  const clock = new FakeClock();
  const counts = { bytesIn: 0, bytesOut: 0 };
  const lost: PolywireError[] = [];
  const pings: (() => void)[] = [];
  const session = {
    ping: () => {
      counts.bytesOut++;
      return new Promise((resolve) => pings.push(() => resolve({ nonce: 0n })));
    },
  } as unknown as SessionServiceClient;
  const heartbeat = new Heartbeat(clock, 1_000, counts, session, (error) => lost.push(error));
  return { clock, counts, lost, pings, heartbeat };
}

describe('a heartbeat', () => {
  it('is not needed while both sides speak', () => {
    const { clock, counts, lost, pings } = setUp();
    for (let step = 0; step < 20; step++) {
      counts.bytesIn++;
      counts.bytesOut++;
      clock.advance(500);
    }
    expect([pings.length, lost.length]).toEqual([0, 0]);
  });

  it.each(['bytesIn', 'bytesOut'] as const)('is sent when %s alone moves', (moves) => {
    const { clock, counts, pings } = setUp();
    counts[moves]++;
    clock.advance(500);
    expect(pings.length).toBe(0);
    counts[moves]++;
    clock.advance(500);
    expect(pings.length).toBe(1);
  });

  it('finds the connection lost when nothing came for two of them', () => {
    const { clock, lost, pings } = setUp();
    clock.advance(1_999);
    expect([pings.length, lost.length]).toEqual([1, 0]);
    clock.advance(1);
    expect(lost.map(({ code }) => code)).toEqual([ErrorCode.HEARTBEAT_LOST]);
    expect(clock.pending).toBe(0);
  });

  it('counts anew after the machine slept, and asks first', async () => {
    const { clock, counts, lost, pings } = setUp();
    counts.bytesIn++;
    clock.advance(500);
    // All timers of a machine that slept are late together: this one by an hour.
    clock.sleep(3_600_000);
    expect([pings.length, lost.length]).toEqual([1, 0]);
    clock.advance(1_500);
    expect(lost).toEqual([]);
    clock.advance(500);
    expect(lost.length).toBe(1);
  });

  it('that is probed is sent at once, and has to be answered within one', () => {
    const { clock, lost, pings, heartbeat } = setUp();
    heartbeat.probe();
    expect(pings.length).toBe(1);
    clock.advance(999);
    expect(lost).toEqual([]);
    clock.advance(1);
    expect(lost.length).toBe(1);
  });

  it('measures the way there and back', async () => {
    const { clock, pings, heartbeat } = setUp();
    expect(heartbeat.rttMs).toBeUndefined();
    heartbeat.probe();
    clock.advance(30);
    pings[0]?.();
    await settled();
    expect(heartbeat.rttMs).toBe(30);
    heartbeat.stop();
    heartbeat.probe();
    expect(pings.length).toBe(1);
  });
});

describe('a client whose network falls silent', () => {
  it('notices, and comes back', async () => {
    const clock = new FakeClock();
    const server = new MemoryServer(() => {}, { clock, welcome: () => ({ sessionId: 's', heartbeatMs: 1_000 }) });
    let wake: () => void = () => {};
    const client = await connectToMemory(server, 'memory://server', {
      clock,
      random: () => 0.5,
      onWake: (run) => {
        wake = run;
        return () => {};
      },
    });
    clock.advance(1_000);
    await settled();
    clock.advance(1_000);
    await settled();
    expect(client.stats().rttMs).toBe(0);
    server.connection.stall();
    // It was heard half a heartbeat ago.
    clock.advance(1_499);
    expect(client.state).toBe('connected');
    clock.advance(1);
    expect(client.state).toBe('disconnected');
    clock.advance(250);
    await settled();
    expect(client.state).toBe('connected');

    server.connection.stall();
    wake();
    clock.advance(1_000);
    expect(client.state).toBe('disconnected');
    wake();
    await settled();
    expect(client.state).toBe('connected');
    expect(client.stats().reconnects).toBe(2);
    await client.close();
    expect(clock.pending).toBe(0);
  });
});
