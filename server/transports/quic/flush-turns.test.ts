import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { FlushTurns } from './flush-turns.js';

it('flushes once a turn, and again in a later one while there is more', async () => {
  const flushed: string[] = [];
  let left = 2;
  const turns = new FlushTurns<string>((item) => {
    flushed.push(item);
    if (item === 'b' && left-- > 0) return true;
    if (item === 'c') turns.add('d');
    return false;
  });
  for (const item of ['a', 'b', 'a', 'c']) turns.add(item);
  expect(flushed).toEqual([]);
  await Promise.resolve();
  expect(flushed).toEqual(['a', 'b', 'c']);
  for (let count = 0; count < 5; count++) await turn();
  expect(flushed).toEqual(['a', 'b', 'c', 'd', 'b', 'b']);
});
