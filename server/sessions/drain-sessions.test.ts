import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../sdk/testing/index.js';
import { drainSessions } from './drain-sessions.js';
import type { Session } from './session.js';
import { SessionTable } from './session-table.js';

function setup(count: number) {
  const clock = new FakeClock();
  const sessions = new SessionTable();
  const running = new Map<string, number>();
  const retryAfters: number[] = [];
  for (let index = 0; index < count; index++) {
    const sessionId = String(index);
    sessions.add({
      sessionId,
      get runningCalls() {
        return running.get(sessionId) ?? 0;
      },
      goAway: (_reason: string, retryAfterMs: number) => retryAfters.push(retryAfterMs),
    } as unknown as Session);
  }
  const closedAtMs = new Map<string, number>();
  let seed = 1;
  const startMs = clock.now();
  const draining = (drainMs: number) =>
    drainSessions({
      clock,
      sessions,
      drainMs,
      random: () => {
        seed = (seed * 48_271) % 2_147_483_647;
        return seed / 2_147_483_647;
      },
      close: (session) => {
        closedAtMs.set(session.sessionId, clock.now() - startMs);
        sessions.remove(session);
      },
    });
  const advance = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 10) {
      clock.advance(10);
      await Promise.resolve();
      await Promise.resolve();
    }
  };
  return { sessions, running, retryAfters, closedAtMs, draining, advance };
}

describe('a drain', () => {
  it('closes many connections in batches within its time, in no order, and spreads their return', async () => {
    const { closedAtMs, draining, advance, retryAfters } = setup(20_000);
    const done = draining(10_000);
    await advance(10_000);
    expect(await done).toBe(0);
    expect(closedAtMs.size).toBe(20_000);
    const moments = new Map<number, number>();
    for (const at of closedAtMs.values()) moments.set(at, (moments.get(at) ?? 0) + 1);
    expect(moments.size).toBeGreaterThan(50);
    expect(Math.max(...moments.values())).toBeLessThan(1_000);
    expect(Math.max(...closedAtMs.values())).toBeLessThan(10_000);
    expect([...closedAtMs.keys()].slice(0, 20)).not.toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
    expect(Math.max(...retryAfters)).toBeGreaterThan(9_000);
    expect(retryAfters.filter((ms) => ms < 5_000).length).toBeGreaterThan(9_000);
  });

  it('lets running calls end first, also those without a connection', async () => {
    const { sessions, running, closedAtMs, draining, advance } = setup(3);
    running.set('1', 1);
    sessions.detachedCalls = 1;
    const done = draining(10_000);
    await advance(100);
    expect([...closedAtMs.keys()].sort()).toEqual(['0', '2']);
    running.delete('1');
    await advance(100);
    expect(closedAtMs.has('1')).toBe(true);
    let isDone = false;
    void done.then(() => {
      isDone = true;
    });
    await advance(500);
    expect(isDone).toBe(false);
    sessions.detachedCalls = 0;
    await advance(100);
    expect(await done).toBe(0);
  });

  it('ends at its limit, and says what was still running', async () => {
    const { running, closedAtMs, draining, advance } = setup(2);
    running.set('1', 3);
    const done = draining(1_000);
    await advance(1_000);
    expect(await done).toBe(3);
    expect(closedAtMs.get('1')).toBe(1_000);
  });

  it('of nobody takes no time', async () => {
    expect(await setup(0).draining(10_000)).toBe(0);
  });
});
