import { expect, it } from 'vitest';
import { LatestReader } from './latest-reader.js';

it('that cannot begin fails its first read, and has nothing to give back', async () => {
  let ended = 0;
  const reader = new LatestReader<number>(
    () => {
      throw new Error('no room');
    },
    () => ended++,
  );
  await expect(reader.next()).rejects.toThrow('no room');
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  await reader.return();
  expect(ended).toBe(0);
});

it('is asked for what it was given once, and ends once', async () => {
  let ended = 0;
  const reader = new LatestReader<number>(
    () => [1, 2],
    () => ended++,
  );
  expect([(await reader.next()).value, (await reader.next()).value]).toEqual([1, 2]);
  for (const item of [3, 4, 5]) reader.offer(item);
  expect((await reader.next()).value).toBe(5);
  const waiting = reader.next();
  await reader.return();
  await reader.return();
  expect([(await waiting).done, ended]).toEqual([true, 1]);
});
