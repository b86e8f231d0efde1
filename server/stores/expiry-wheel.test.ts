import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { FakeClock } from '@polywire/sdk/testing';
import { describe, expect, it } from 'vitest';
import { ExpiryWheel } from './expiry-wheel.js';
import type { StoredValue } from './store.js';

function setUp() {
  const clock = new FakeClock();
  const batches: { atMs: number; keys: string[] }[] = [];
  const late: number[] = [];
  const wheel = new ExpiryWheel(clock, (due) => {
    batches.push({ atMs: clock.now(), keys: due.map(({ space, entry }) => space + entry.key) });
    for (const { entry } of due) late.push(clock.now() - entry.expiresAtMs);
  });
  const value = (key: string, inMs: number): StoredValue => {
    return { key, value: new Uint8Array(0), kind: ValueKind.BYTES, revision: 1, expiresAtMs: clock.now() + inMs };
  };
  return { clock, batches, late, wheel, value, keys: () => batches.flatMap((batch) => batch.keys) };
}

describe('ExpiryWheel', () => {
  it.each([1, 63, 64, 65, 1000, 262_144, 262_145, 1_000_000, 2 ** 31, 30 * 86_400_000])(
    'hands out a value %d ms later, at most 64 ms late',
    (inMs) => {
      const { clock, wheel, value, keys } = setUp();
      wheel.add('s', value('k', inMs));
      clock.advance(inMs - 1);
      expect(keys()).toEqual([]);
      clock.advance(65);
      expect(keys()).toEqual(['sk']);
      clock.advance(86_400_000);
      expect(keys()).toEqual(['sk']);
    },
  );

  it('has one timer for all values, and none without values', () => {
    const { clock, wheel, value } = setUp();
    expect(clock.pending).toBe(0);
    for (let index = 0; index < 1000; index++) wheel.add('s', value(`k${index}`, 1000 - index));
    expect(clock.pending).toBe(1);
    clock.advance(2000);
    expect(clock.pending).toBe(0);
  });

  it('forgets a value that was removed', () => {
    const { clock, wheel, value, keys } = setUp();
    const gone = value('gone', 100);
    wheel.add('s', gone);
    wheel.add('s', value('there', 100));
    wheel.remove(gone);
    wheel.remove(value('never added', 100));
    clock.advance(1000);
    expect(keys()).toEqual(['sthere']);
  });

  it('ignores values without a deadline', () => {
    const { clock, wheel, value } = setUp();
    const forever = { ...value('k', 0), expiresAtMs: 0 };
    wheel.add('s', forever);
    wheel.remove(forever);
    expect(clock.pending).toBe(0);
  });

  it('limits the work of one tick, and finishes', () => {
    const { clock, batches, wheel, value, keys } = setUp();
    for (let index = 0; index < 20_000; index++) {
      wheel.add('s', value(`due ${index}`, 500));
      // The same slot, a turn of the wheel later.
      wheel.add('s', value(`later ${index}`, 500 + 262_144));
    }
    clock.advance(10_000);
    expect(keys().length).toBe(20_000);
    expect(Math.max(...batches.map((batch) => batch.keys.length))).toBeLessThanOrEqual(512);
    expect(batches.length).toBeLessThan(50);
    clock.advance(300_000);
    expect(new Set(keys()).size).toBe(40_000);
  });

  it('orders what is due by deadline', () => {
    const { clock, wheel, value, keys } = setUp();
    // Slots begin at multiples of 64 ms.
    clock.advance(64 - (clock.now() % 64));
    for (const inMs of [130, 190, 128, 160]) wheel.add('', value(String(inMs), inMs));
    clock.advance(1000);
    expect(keys()).toEqual(['128', '130', '160', '190']);
  });

  it('agrees with a sorted list when values come and go', () => {
    const { clock, wheel, value, late, keys } = setUp();
    const waiting = new Map<string, StoredValue>();
    const expected: string[] = [];
    for (let round = 0; round < 3000; round++) {
      const entry = value(`k${round}`, 1 + ((round * 7919) % 600_000));
      wheel.add('', entry);
      waiting.set(entry.key, entry);
      const removed = waiting.get(`k${Math.floor(round / 2)}`);
      if (round % 3 === 0 && removed !== undefined && removed.expiresAtMs > clock.now() + 300) {
        wheel.remove(removed);
        waiting.delete(removed.key);
      }
      clock.advance((round * 31) % 300);
    }
    expected.push(...waiting.keys());
    clock.advance(700_000);
    expect([...keys()].sort()).toEqual(expected.sort());
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThanOrEqual(64);
  });

  it('hands out nothing after close', () => {
    const { clock, wheel, value, keys } = setUp();
    wheel.add('s', value('k', 100));
    wheel.close();
    clock.advance(1000);
    expect(keys()).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
