import { describe, expect, it } from 'vitest';
import { isPattern, PatternTree } from './topic-pattern.js';

describe('PatternTree', () => {
  const cases: readonly (readonly [pattern: string, matches: readonly string[], others: readonly string[]])[] = [
    ['a', ['a'], ['b', 'a.b', '', 'a.']],
    ['a.*', ['a.b', 'a.', 'a.**'], ['a', 'a.b.c', 'b.b']],
    ['*', ['a', '', '*'], ['a.b']],
    ['*.*', ['a.b', '.'], ['a', 'a.b.c']],
    ['a.*.c', ['a.b.c', 'a.*.c'], ['a.c', 'a.b.b.c', 'a.b.d']],
    ['a.**', ['a.b', 'a.b.c', 'a.b.c.d.e', 'a.'], ['a', 'b.a']],
    ['**', ['a', 'a.b', ''], []],
    ['*.b.**', ['a.b.c', '.b.c.d'], ['a.b', 'a.c.c']],
    ['a*.b', ['a*.b'], ['ab.b', 'a.b']],
  ];
  it.each(cases)('%s', (pattern, matches, others) => {
    const tree = new PatternTree<string>();
    tree.set(pattern, pattern);
    tree.set('something.else', 'no');
    expect(matches.filter((topic) => !tree.match(topic).includes(pattern))).toEqual([]);
    expect(others.filter((topic) => tree.match(topic).includes(pattern))).toEqual([]);
  });

  it('finds every pattern that matches, each once, and none that was deleted', () => {
    const tree = new PatternTree<string>();
    const patterns = ['a.b', 'a.*', '*.b', '*.*', 'a.**', '**', '*.**'];
    for (const pattern of patterns) tree.set(pattern, pattern);
    expect(tree.match('a.b').sort()).toEqual([...patterns].sort());
    for (const pattern of patterns) {
      expect(tree.get(pattern)).toBe(pattern);
      tree.delete(pattern);
      expect(tree.match('a.b')).not.toContain(pattern);
    }
    expect(tree.match('a.b')).toEqual([]);
  });

  it.each(['a.**.b', '**.a', '**.**'])('refuses %s', (pattern) => {
    expect(() => new PatternTree().set(pattern, 1)).toThrow(/use it last/);
    expect(() => new PatternTree().get(pattern)).toThrow(/use it last/);
  });

  it('does not walk patterns that do not match', () => {
    const tree = new PatternTree<number>();
    for (let index = 0; index < 100_000; index++) tree.set(`room.${index}.*`, index);
    const startedAt = performance.now();
    for (let index = 0; index < 10_000; index++) expect(tree.match(`room.${index}.x`)).toEqual([index]);
    // A walk over all of them would be 1,000,000,000 comparisons.
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});

it.each([
  ['a.b', false],
  ['a*', false],
  ['***', false],
  ['*', true],
  ['a.*', true],
  ['a.**', true],
  ['*.a', true],
])('isPattern(%s)', (topic, expected) => {
  expect(isPattern(topic)).toBe(expected);
});
