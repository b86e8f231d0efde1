import { expect, it } from 'vitest';
import { measureLoad } from './measure-load.js';

it('counts each message of loops that run side by side', async () => {
  let calls = 0;
  const loop = async (): Promise<number> => {
    calls++;
    await new Promise((resolve) => setImmediate(resolve));
    return 3;
  };
  const loops = Array.from({ length: 8 }, () => loop);
  const { messages, seconds, latencies } = await measureLoad(loops, { warmupMs: 0, durationMs: 100 });
  const timed = latencies.reduce((sum, count) => sum + count, 0);
  expect(messages).toBe(timed * 3);
  expect(timed).toBeGreaterThan(loops.length);
  expect(timed).toBeLessThanOrEqual(calls);
  expect(seconds).toBeGreaterThanOrEqual(0.09);
});

it('ends with the error of a loop', async () => {
  const loop = async (): Promise<number> => {
    throw new Error('a reply is wrong');
  };
  await expect(measureLoad([loop], { warmupMs: 1, durationMs: 10_000 })).rejects.toThrow('a reply is wrong');
});
