import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { LockResponseInit } from '@polywire/protocol/polywire.io.v1';
import { PolywireError } from '@polywire/sdk/core';
import { FakeClock } from '@polywire/sdk/testing';
import { describe, expect, it } from 'vitest';
import { memory } from '../stores/memory.js';
import type { Store } from '../stores/store.js';
import { Locks } from './locks.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function stage(given?: Store, maxLocksOfOwner = 10_000) {
  const clock = new FakeClock();
  const store = given ?? (await memory()({ clock, onError: () => {} }));
  const locks = new Locks({ store, clock, maxLocksOfOwner });
  const lock = (
    sessionId: string,
    request: { name?: string; ttlMs?: number; waitMs?: number; fencingToken?: number; detached?: boolean } = {},
    call: { remainingMs?: number; signal?: AbortSignal; owner?: string } = {},
  ) => {
    const { remainingMs, signal = new AbortController().signal, owner = sessionId } = call;
    const asked = { name: 'door', ttlMs: 1_000, waitMs: 0, fencingToken: 0, detached: false, ...request };
    return locks.lock(asked, { sessionId, owner, remainingMs, signal });
  };
  const unlock = (sessionId: string, fencingToken: number | undefined) =>
    locks.unlock({ name: 'door', fencingToken: fencingToken ?? 0 }, sessionId);
  return { clock, store, locks, lock, unlock };
}

/** What a promise has come to, without waiting for it. */
function watch(answer: LockResponseInit | Promise<LockResponseInit>) {
  const seen: { response?: LockResponseInit; error?: unknown } = {};
  Promise.resolve(answer).then(
    (response) => {
      seen.response = response;
    },
    (error: unknown) => {
      seen.error = error;
    },
  );
  return seen;
}

describe('Locks', () => {
  it('gives a lock to one at a time, in the order they asked, with growing tokens', async () => {
    const { lock, unlock, locks } = await stage();
    const first = await lock('a');
    expect(first).toMatchObject({ acquired: true });
    expect(await lock('b')).toEqual({ acquired: false });
    expect(await lock('a')).toEqual({ acquired: false });
    const second = watch(lock('b', { waitMs: 500 }));
    const third = watch(lock('c', { waitMs: 500 }));
    await turn();
    expect([second, third]).toEqual([{}, {}]);
    expect(unlock('a', first.fencingToken)).toBe(true);
    expect(unlock('a', first.fencingToken)).toBe(false);
    await turn();
    expect(second.response).toMatchObject({ acquired: true });
    expect(third).toEqual({});
    expect(unlock('b', second.response?.fencingToken)).toBe(true);
    await turn();
    const tokens = [first, second.response, third.response].map((each) => each?.fencingToken ?? 0);
    expect(tokens).toEqual([...tokens].sort((a, b) => a - b));
    expect(new Set(tokens).size).toBe(3);
    unlock('c', tokens[2]);
    expect(locks.size).toBe(0);
  });

  it('asks once for those that come while tokens are being reserved', async () => {
    const { lock } = await stage();
    const all = ['a', 'b', 'c'].map((sessionId) => watch(lock(sessionId)));
    await turn();
    expect(all.map(({ response }) => response?.acquired)).toEqual([true, false, false]);
  });

  it('falls open when its time is over, unless it is renewed', async () => {
    const { clock, lock, unlock } = await stage();
    const { fencingToken } = await lock('a', { ttlMs: 100 });
    const waiting = watch(lock('b', { waitMs: 1_000 }));
    clock.advance(99);
    expect(await lock('a', { ttlMs: 100, fencingToken: fencingToken as number })).toEqual({
      acquired: true,
      fencingToken,
    });
    clock.advance(99);
    await turn();
    expect(waiting).toEqual({});
    clock.advance(1);
    await turn();
    expect(waiting.response).toMatchObject({ acquired: true });
    expect(() => lock('a', { fencingToken: fencingToken as number })).toThrow(
      expect.objectContaining({ code: ErrorCode.LOCK_LOST }),
    );
    expect(unlock('a', fencingToken)).toBe(false);
    expect(unlock('a', waiting.response?.fencingToken)).toBe(false);
  });

  it('answers within the wait and before the deadline, and forgets who waited', async () => {
    const { clock, lock, unlock, locks } = await stage();
    const { fencingToken } = await lock('a', { ttlMs: 10_000 });
    const [short, late] = [
      watch(lock('b', { waitMs: 100 })),
      watch(lock('c', { waitMs: 5_000 }, { remainingMs: 500 })),
    ];
    clock.advance(100);
    await turn();
    expect([short, late]).toEqual([{ response: { acquired: false } }, {}]);
    clock.advance(399);
    await turn();
    expect(late).toEqual({ response: { acquired: false } });
    const abort = new AbortController();
    const withdrawn = watch(lock('d', { waitMs: 5_000 }, { signal: abort.signal }));
    abort.abort(new PolywireError(ErrorCode.CANCELLED, 'gone'));
    await turn();
    expect(withdrawn.error).toMatchObject({ code: ErrorCode.CANCELLED });
    expect(unlock('a', fencingToken)).toBe(true);
    expect([locks.size, (await lock('e')).acquired]).toEqual([0, true]);
  });

  it('frees what a session holds when it has ended', async () => {
    const { lock, locks } = await stage();
    await lock('a');
    await lock('a', { name: 'window' });
    const own = watch(lock('a', { waitMs: 1_000 }));
    const waiting = watch(lock('b', { waitMs: 1_000 }));
    locks.endSession('a');
    await turn();
    expect(own.error).toMatchObject({ code: ErrorCode.UNAVAILABLE });
    expect(waiting.response).toMatchObject({ acquired: true });
    expect(locks.size).toBe(1);
  });

  it('keeps a detached lock until its time is over or its token is said', async () => {
    const { clock, lock, unlock, locks } = await stage();
    const { fencingToken } = await lock('a', { detached: true });
    locks.endSession('a');
    expect(await lock('b')).toEqual({ acquired: false });
    expect(unlock('b', (fencingToken ?? 0) + 1)).toBe(false);
    expect(unlock('b', fencingToken)).toBe(true);
    const again = await lock('a', { detached: true });
    expect(await lock('c', { fencingToken: again.fencingToken as number })).toMatchObject({ acquired: true });
    clock.advance(1_000);
    expect(locks.size).toBe(0);
  });

  it('bounds who waits and what a session holds', async () => {
    const { lock } = await stage();
    for (let index = 0; index < 1_000; index++) await lock('a', { name: `lock ${index}` });
    const refused = expect.objectContaining({ code: ErrorCode.RESOURCE_EXHAUSTED });
    expect(() => lock('a', { name: 'one more' })).toThrow(refused);
    for (let index = 0; index < 1_000; index++) void lock(`b${index % 2}`, { name: 'lock 0', waitMs: 1_000 });
    expect(() => lock('c', { name: 'lock 0', waitMs: 1_000 })).toThrow(refused);
  });

  it('bounds what a session waits for', async () => {
    const { lock } = await stage();
    for (let index = 0; index < 1_000; index++) await lock(`holder ${index}`, { name: `lock ${index}` });
    for (let index = 0; index < 500; index++) void lock('b', { name: `lock ${index}`, waitMs: 1_000 });
    expect(() => lock('b', { name: 'free' })).toThrow(
      expect.objectContaining({ code: ErrorCode.RESOURCE_EXHAUSTED, message: expect.stringMatching(/waits for 500/) }),
    );
    expect(await lock('c', { name: 'free' })).toMatchObject({ acquired: true });
  });

  it('bounds what one owner holds beyond its sessions, and over all of them', async () => {
    const { clock, lock, locks } = await stage(undefined, 5);
    const take = (session: string, name: string, detached: boolean, owner = 'client a') =>
      lock(session, { name, detached }, { owner });
    for (let index = 0; index < 4; index++) {
      await take(`session ${index}`, `lock ${index}`, true);
      locks.endSession(`session ${index}`);
    }
    await take('session 5', 'lock 5', false);
    const refused = expect.objectContaining({
      code: ErrorCode.RESOURCE_EXHAUSTED,
      details: { max_locks_per_client: '5' },
    });
    for (const detached of [true, false]) expect(() => take('session 6', 'one more', detached)).toThrow(refused);
    expect(await take('session 7', 'one more', true, 'client b')).toMatchObject({ acquired: true });
    // What is given back, by a release or by its time, can be taken again.
    locks.endSession('session 5');
    expect(await take('session 8', 'lock 5', true)).toMatchObject({ acquired: true });
    clock.advance(1_000);
    expect(locks.size).toBe(0);
    for (let index = 0; index < 5; index++) await take('session 9', `lock ${index}`, true);
    expect(() => take('session 9', 'one more', true)).toThrow(refused);
  });

  it('passes over who has too many by the time the lock is free, and tells him', async () => {
    const { lock, unlock } = await stage(undefined, 1);
    const { fencingToken } = await lock('a');
    const greedy = watch(lock('b', { waitMs: 500 }));
    const modest = watch(lock('c', { waitMs: 500 }));
    await lock('b', { name: 'another' });
    unlock('a', fencingToken);
    await turn();
    expect(greedy.error).toMatchObject({ code: ErrorCode.RESOURCE_EXHAUSTED });
    expect(modest.response).toMatchObject({ acquired: true });
  });

  it('goes on with larger tokens over a restart', async () => {
    const { store, lock } = await stage();
    let last = 0;
    for (let index = 0; index < 3; index++) last = (await lock('a', { name: String(index) })).fencingToken ?? 0;
    const restarted = await stage(store);
    expect((await restarted.lock('a')).fencingToken).toBeGreaterThan(last);
  });

  it('fails those that wait when the store fails', async () => {
    const { store, lock } = await stage();
    await store.close();
    expect(watch(lock('a'))).toEqual({});
    const failed = watch(lock('a', { waitMs: 10 }));
    await turn();
    expect(failed.error).toMatchObject({ code: ErrorCode.UNAVAILABLE });
  });
});
