import { expect, it } from 'vitest';
import { SharedBytes } from './shared-bytes.js';

it('are bounded for each owner and for all', () => {
  const shared = new SharedBytes(100, 30);
  expect([shared.take('a', 20), shared.take('a', 11), shared.take('a', 10)]).toEqual([true, false, true]);
  // One alone may be larger, and what is nobody's has no part.
  expect([shared.take('b', 50), shared.take('b', 1), shared.take('', 10), shared.take('', 10)]).toEqual([
    true,
    false,
    true,
    true,
  ]);
  expect([shared.take('c', 1), shared.used]).toEqual([false, 100]);
  shared.give('b', 50);
  expect([shared.take('c', 50), shared.take('b', 1)]).toEqual([true, false]);
  shared.give('a', 30);
  expect([shared.take('a', 30), shared.take('a', 0), shared.used]).toEqual([true, true, 100]);
  for (const [owner, count] of [
    ['a', 30],
    ['c', 50],
    ['', 20],
  ] as const)
    shared.give(owner, count);
  expect(shared.used).toBe(0);
});
