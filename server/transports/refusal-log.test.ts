import { expect, it } from 'vitest';
import { RefusalLog } from './refusal-log.js';

it('writes the first refusal at once, then one in ten seconds', () => {
  const lines: string[] = [];
  let now = 1000;
  const log = new RefusalLog(
    (text) => lines.push(text),
    () => now,
  );
  log.note('a');
  for (const text of ['b', 'c']) log.note(text);
  now += 9_999;
  log.note('d');
  expect(lines).toEqual(['a']);
  now += 1;
  log.note('e');
  now += 10_000;
  log.note('f');
  expect(lines).toEqual(['a', 'e (and 3 refused since the last such line)', 'f']);
});
