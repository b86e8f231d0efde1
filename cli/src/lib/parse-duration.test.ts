import { describe, expect, it } from 'vitest';
import { parseDuration } from './parse-duration.js';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['60s', 60_000],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    [' 1s ', 1_000],
  ])('reads %s', (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  it.each(['', '60', '0s', '-1s', '0.5ms', '1.0001s', '1s1s', '1 s', '1S', 'Infinitys', `${'9'.repeat(20)}d`])(
    'refuses "%s"',
    (text) => {
      expect(() => parseDuration(text)).toThrow(/is not a duration/);
    },
  );
});
