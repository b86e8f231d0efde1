import { FakeClock } from '@polywire/sdk/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { memory } from '../stores/memory.js';
import { NetLocks } from './net-locks.js';

let clock: FakeClock;
let locks: NetLocks;
const a = { name: 'a' };
const b = { name: 'b' };

const get = (owner: object): string | undefined => {
  const value = locks.get('lock_x', owner);
  return value === undefined ? undefined : Buffer.from(value).toString();
};
const set = (value: string, owner: object, ttlMs = 0): boolean => locks.set('lock_x', Buffer.from(value), ttlMs, owner);

beforeEach(async () => {
  clock = new FakeClock();
  const store = await memory()({ clock, onError: (error) => expect.fail(error.message) });
  locks = new NetLocks(store, clock);
});

describe('a net lock', () => {
  it('is free for one only, from get to set', () => {
    expect(get(a)).toBeUndefined();
    expect(get(b)).toMatch(/^[1-9]\d*$/);
    expect(set('7', b)).toBe(false);
    expect(set('5', a)).toBe(true);
    expect(get(a)).toBe('5');
    expect(get(b)).toBe('5');
  });

  it('takes no other value while it is held, whoever sends it', () => {
    expect(set('5', a)).toBe(true);
    expect(set('7', a)).toBe(false);
    expect(set('7', b)).toBe(false);
    expect(set('5', b)).toBe(true);
    expect(get(b)).toBe('5');
  });

  it('is freed by an empty value, also on another connection', () => {
    expect(set('5', a)).toBe(true);
    expect(set('', b)).toBe(true);
    expect(get(b)).toBeUndefined();
    expect(set('7', a)).toBe(false);
    expect(set('7', b)).toBe(true);
  });

  it('stays free for the one that asked first, however often it asks', () => {
    expect(get(a)).toBeUndefined();
    expect(get(a)).toBeUndefined();
    expect(get(b)).toBeDefined();
  });

  it('goes to the next after five seconds without a set', () => {
    expect(get(a)).toBeUndefined();
    clock.advance(4_999);
    expect(get(b)).toBeDefined();
    clock.advance(1);
    expect(get(b)).toBeUndefined();
    expect(set('5', a)).toBe(false);
    expect(set('7', b)).toBe(true);
  });

  it('goes to the next when the first is gone, or gives up', () => {
    expect(get(a)).toBeUndefined();
    locks.forget(a);
    expect(get(b)).toBeUndefined();
    expect(set('', b)).toBe(true);
    expect(get(a)).toBeUndefined();
  });

  it('is not claimed away by an empty set of another', () => {
    expect(get(a)).toBeUndefined();
    expect(set('', b)).toBe(true);
    expect(get(b)).toBeDefined();
  });

  it('outlives the connection that took it', () => {
    set('5', a);
    locks.forget(a);
    expect(get(b)).toBe('5');
  });

  it('falls open after its time to live', () => {
    set('5', a, 2_000);
    clock.advance(1_999);
    expect(get(b)).toBe('5');
    clock.advance(1);
    expect(get(b)).toBeUndefined();
  });

  it('does not fall open when the same value came again without one', () => {
    set('5', a, 2_000);
    set('5', a);
    clock.advance(10_000);
    expect(get(b)).toBe('5');
  });

  it('keeps at most 1,024 claims of one connection', () => {
    for (let i = 0; i < 1_025; i++) locks.get(`lock_${i}`, a);
    expect(locks.get('lock_0', b)).toBeUndefined();
    expect(locks.get('lock_1', b)).toBeDefined();
    expect(locks.get('lock_1024', b)).toBeDefined();
  });

  it('is not claimed under a key that cannot be stored', () => {
    const key = `lock_${'x'.repeat(1_024)}`;
    expect(locks.get(key, a)).toBeUndefined();
    expect(locks.get(key, b)).toBeUndefined();
  });
});
