import { describe, expect, it } from 'vitest';
import { matchesRedisPattern } from './redis-pattern.js';

describe('matchesRedisPattern', () => {
  const cases: readonly (readonly [pattern: string, matches: readonly string[], others: readonly string[]])[] = [
    ['', [''], ['a']],
    ['abc', ['abc'], ['ab', 'abcd', 'ABC', '']],
    ['*', ['', 'a', 'a:b', '交易'], []],
    ['**a**', ['a', 'ba', 'ab', 'xax'], ['', 'b']],
    ['a*', ['a', 'ab', 'a*'], ['ba', '']],
    ['*a', ['a', 'aa', 'bca'], ['ab']],
    ['a*b*c', ['abc', 'aXbXbXc', 'abbc'], ['acb', 'ab', 'abcX']],
    ['h?llo', ['hello', 'h?llo'], ['hllo', 'heello']],
    ['?', ['a'], ['', 'ab', '易']],
    ['???', ['易'], ['é']],
    ['[é]*', ['é'], ['e']],
    ['h[ae]llo', ['hello', 'hallo'], ['hillo', 'hllo', 'h[llo']],
    ['h[^e]llo', ['hallo', 'h^llo'], ['hello']],
    ['h[a-c]llo', ['hallo', 'hbllo', 'hcllo'], ['hdllo', 'h-llo']],
    ['h[c-a]llo', ['hbllo'], ['hdllo']],
    // What looks like the end of the set ends the range.
    ['[a-]x', ['^', 'x'], ['-', 'ax']],
    ['[\\]x]', [']', 'x'], ['\\', 'a']],
    ['[^]', ['a'], ['', 'ab']],
    ['[ab', ['a', 'b'], ['c', '[ab']],
    ['a\\*', ['a*'], ['ab', 'a\\*']],
    ['a\\\\', ['a\\'], ['a']],
    ['a\\', ['a\\'], ['a']],
    ['mempool:*', ['mempool:', 'mempool:tx_analysis'], ['mempool', 'xmempool:']],
  ];
  for (const [pattern, matches, others] of cases) {
    it(pattern, () => {
      expect(matches.filter((channel) => !matchesRedisPattern(pattern, channel))).toEqual([]);
      expect(others.filter((channel) => matchesRedisPattern(pattern, channel))).toEqual([]);
    });
  }

  it('takes no time for a pattern of many stars', () => {
    const startedAt = performance.now();
    expect(matchesRedisPattern(`${'*a'.repeat(30)}b`, 'a'.repeat(2000))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
