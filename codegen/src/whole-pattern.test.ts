import { describe, expect, it } from 'vitest';
import { wholePattern } from './whole-pattern.js';

describe('wholePattern', () => {
  it.each([
    ['a', '^(?:a)$'],
    ['^(ws|tcp)$', '^(ws|tcp)$'],
    ['^[|]$', '^[|]$'],
    ['^a\\|b$', '^a\\|b$'],
    ['^a|b$', '^(?:^a|b$)$'],
    ['^a\\$', '^(?:^a\\$)$'],
    ['^a\\\\$', '^a\\\\$'],
    ['^(a|b)|c$', '^(?:^(a|b)|c$)$'],
  ])('%s becomes %s', (pattern, whole) => {
    expect(wholePattern(pattern)).toBe(whole);
  });
});
