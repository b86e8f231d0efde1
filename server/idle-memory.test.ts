import { FakeClock } from '@polywire/sdk/testing';
import { expect, it } from 'vitest';
import { type ProcessMemory, releaseMemoryWhenIdle, thisProcess } from './idle-memory.js';

const MIB = 2 ** 20;

function watched(given: { youngMib?: number; heapMib?: number } = {}) {
  const clock = new FakeClock();
  const state = { usedMs: 5_000, released: 0 };
  const memory: ProcessMemory = {
    usedMs: () => state.usedMs,
    youngBytes: () => (given.youngMib ?? 192) * MIB,
    heapBytes: () => (given.heapMib ?? 20) * MIB,
    release: async () => {
      state.released++;
    },
  };
  const stop = releaseMemoryWhenIdle(clock, memory);
  /** Ten seconds in which the process is busy for so many milliseconds. */
  const pass = (busyMs: number): void => {
    state.usedMs += busyMs;
    clock.advance(10_000);
  };
  return { state, pass, stop };
}

it('gives memory back after thirty idle seconds, and again after thirty more', () => {
  const { state, pass } = watched();
  pass(499);
  pass(0);
  expect(state.released).toBe(0);
  pass(499);
  expect(state.released).toBe(1);
  pass(0);
  pass(0);
  expect(state.released).toBe(1);
  pass(0);
  expect(state.released).toBe(2);
});

it('counts anew after a busy look', () => {
  const { state, pass } = watched();
  for (const busyMs of [0, 0, 501, 0, 0, 9_000, 0, 0]) pass(busyMs);
  expect(state.released).toBe(0);
});

it.each([
  ['there is little to give back', { youngMib: 15 }],
  ['so many objects would take long', { heapMib: 257 }],
])('does nothing when %s', (_, given) => {
  const { state, pass } = watched(given);
  for (let look = 0; look < 9; look++) pass(0);
  expect(state.released).toBe(0);
});

it('ends when it is told to', () => {
  const { state, pass, stop } = watched();
  stop();
  for (let look = 0; look < 9; look++) pass(0);
  expect(state.released).toBe(0);
});

it('lets the space for new objects shrink', async () => {
  const kept: object[][] = [];
  for (let round = 0; thisProcess.youngBytes() < 8 * MIB && round < 400; round++) {
    kept.push(Array.from({ length: 10_000 }, (_, index) => ({ index, text: `x${index}` })));
    if (kept.length > 40) kept.shift();
  }
  const before = thisProcess.youngBytes();
  expect(before).toBeGreaterThanOrEqual(8 * MIB);
  kept.length = 0;
  await thisProcess.release();
  expect(thisProcess.youngBytes()).toBeLessThan(before / 2);
  expect(thisProcess.usedMs()).toBeGreaterThan(0);
  expect(thisProcess.heapBytes()).toBeGreaterThan(0);
}, 30_000);
