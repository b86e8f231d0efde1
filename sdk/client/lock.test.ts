import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { LockRequest } from '@polywire/protocol/polywire.io.v1';
import { describe, expect, it } from 'vitest';
import { PolywireError } from '../core/index.js';
import { failureOf, settled, setUp } from './io-client.cases.js';

describe('a lock', () => {
  /** A server that gives the lock and renews it, until `taken`. */
  async function locked({ resumes = true } = {}) {
    const requests: LockRequest[] = [];
    const state: { taken: boolean; released: number[]; busy: boolean } = { taken: false, released: [], busy: false };
    const set = await setUp(
      {
        lock: (request) => {
          requests.push(request);
          if (state.busy) throw new PolywireError(ErrorCode.RATE_LIMITED, 'slowly');
          return { acquired: !state.taken, fencingToken: state.taken ? 0 : 7 };
        },
        unlock: ({ fencingToken }) => {
          state.released.push(fencingToken);
          return { released: true };
        },
      },
      { resumes },
    );
    return { ...set, requests, state };
  }

  it('is renewed at a third of its time, until it is released', async () => {
    const { client, clock, requests, state } = await locked();
    const held = await client.lock('door', { ttlMs: 3_000 });
    expect(held?.fencingToken).toBe(7);
    for (let round = 0; round < 2; round++) {
      clock.advance(1_000);
      await settled();
    }
    expect(requests.map(({ fencingToken, ttlMs }) => [fencingToken, ttlMs])).toEqual([
      [0, 3_000],
      [7, 3_000],
      [7, 3_000],
    ]);
    expect(await held?.release()).toBe(true);
    expect(await held?.release()).toBe(false);
    expect(state.released).toEqual([7]);
    clock.advance(10_000);
    await settled();
    expect(requests).toHaveLength(3);
    expect(await failureOf(held?.renew() as Promise<void>)).toBe('LOCK_LOST');
  });

  it('is undefined when somebody else holds it', async () => {
    const { client, state } = await locked();
    state.taken = true;
    expect(await client.lock('door')).toBeUndefined();
  });

  it('is lost when somebody else has it at the renewal', async () => {
    const { client, clock, state } = await locked();
    const held = await client.lock('door', { ttlMs: 3_000 });
    state.taken = true;
    clock.advance(1_000);
    await settled();
    expect(held?.lost.reason?.code).toBe(ErrorCode.LOCK_LOST);
    expect(await held?.release()).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('is lost when it could not be renewed in time, and not before', async () => {
    const { client, clock, state, server } = await locked();
    const held = await client.lock('door', { ttlMs: 3_000 });
    state.busy = true;
    clock.advance(1_000);
    await settled();
    server.unreachable = new PolywireError(ErrorCode.UNAVAILABLE, 'nobody there');
    server.connection.cut();
    for (let ms = 1_000; ms < 2_999; ms += 1) clock.advance(1);
    await settled();
    expect(held?.lost.aborted).toBe(false);
    clock.advance(1);
    await settled();
    expect(held?.lost.aborted).toBe(true);
  });

  it('that was waited for is renewed at once, so that its time is known', async () => {
    let give: (value: object) => void = () => {};
    let asked = 0;
    const { client, clock } = await setUp({
      lock: () => (++asked === 1 ? new Promise((resolve) => (give = resolve)) : { acquired: true, fencingToken: 3 }),
    });
    const waiting = client.lock('door', { ttlMs: 3_000, waitMs: 60_000 });
    await settled();
    clock.advance(50_000);
    give({ acquired: true, fencingToken: 3 });
    const held = await waiting;
    expect([held?.fencingToken, asked, held?.lost.aborted]).toEqual([3, 2, false]);
    await client.close();
    clock.advance(1_000);
    await settled();
    expect(held?.lost.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('that was waited for, and cannot be renewed then, is given back and not held by nobody', async () => {
    let give: (value: object) => void = () => {};
    let asked = 0;
    const released: number[] = [];
    const { client, clock } = await setUp({
      lock: () => {
        if (++asked === 1) return new Promise((resolve) => (give = resolve));
        throw new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, 'not now');
      },
      unlock: ({ fencingToken }) => {
        released.push(fencingToken);
        return { released: true };
      },
    });
    const waiting = client.lock('door', { ttlMs: 3_000, waitMs: 60_000 });
    await settled();
    clock.advance(50_000);
    give({ acquired: true, fencingToken: 3 });
    expect(await failureOf(waiting)).toBe('RESOURCE_EXHAUSTED');
    await settled();
    expect(released).toEqual([3]);
    for (let second = 0; second < 5; second++) {
      clock.advance(1_000);
      await settled();
    }
    expect(asked).toBe(2);
  });

  it('is lost as soon as its client has another session: that of the lock may have ended', async () => {
    const { client, comeBack } = await locked({ resumes: false });
    const held = await client.lock('door', { ttlMs: 60_000 });
    await comeBack();
    expect(held?.lost.reason?.code).toBe(ErrorCode.LOCK_LOST);
    expect(await held?.release()).toBe(false);
  });

  it('is kept while its session goes on', async () => {
    const { client, comeBack } = await locked();
    const held = await client.lock('door', { ttlMs: 60_000 });
    await comeBack();
    expect(held?.lost.aborted).toBe(false);
    expect(await held?.release()).toBe(true);
  });
});
