import { describe, expect, it } from 'vitest';
import { coversTopic } from './covers-topic.js';

const seed = Number(process.env.POLYWIRE_FUZZ_SEED ?? 1_000_003);

/** All topics of up to `length` segments. The letter z stands in no pattern. */
function topicsUpTo(length: number): string[] {
  let longest: string[] = ['a', 'b', '', 'z'];
  const all = [...longest];
  for (let i = 1; i < length; i++) {
    longest = longest.flatMap((topic) => ['a', 'b', '', 'z'].map((segment) => `${topic}.${segment}`));
    all.push(...longest);
  }
  return all;
}

/** The plain meaning of a pattern, as its definition reads. */
function meaningOf(pattern: string): RegExp {
  const parts = pattern.split('.').map((segment) => {
    if (segment === '**') return '[^.]*(\\.[^.]*)*';
    return segment === '*' ? '[^.]*' : segment;
  });
  return new RegExp(`^${parts.join('\\.')}$`);
}

describe('coversTopic', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['news', 'news', true],
    ['news', 'newsx', false],
    ['news', 'new', false],
    ['news.*', 'news.a', true],
    ['news.*', 'news', false],
    ['news.*', 'news.a.b', false],
    ['news.*', 'news.*', true],
    ['news.*', 'news.**', false],
    ['news.**', 'news', false],
    ['news.**', 'news.a.b', true],
    ['news.**', 'news.*.b', true],
    ['news.**', 'news.**', true],
    ['news.**', '**', false],
    ['*.**', '**', false],
    ['**', '**', true],
    ['**', '', true],
    ['*', '', true],
    ['a.b', 'a.*', false],
    ['*.b', 'a.b', true],
    ['a*', 'ab', false],
  ];
  it.each(cases)('%s covers %s: %s', (granted, wanted, expected) => {
    expect(coversTopic(granted, wanted)).toBe(expected);
  });

  it('says of every two patterns what comparing all their topics says', () => {
    let state = seed;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 4_294_967_296) * limit);
    };
    const pattern = (): string => {
      const segments = Array.from({ length: 1 + below(3) }, () => ['a', 'b', '', '*'][below(4)]);
      if (below(3) === 0) segments[segments.length - 1] = '**';
      return segments.join('.');
    };
    const topics = topicsUpTo(5);
    const meanings = new Map<string, ReadonlySet<string>>();
    const topicsOf = (text: string): ReadonlySet<string> => {
      const known = meanings.get(text) ?? new Set(topics.filter((topic) => meaningOf(text).test(topic)));
      meanings.set(text, known);
      return known;
    };
    let covered = 0;
    for (let run = 0; run < 5_000; run++) {
      const granted = pattern();
      const wanted = pattern();
      const all = topicsOf(granted);
      const expected = [...topicsOf(wanted)].every((topic) => all.has(topic));
      if (expected) covered++;
      expect(coversTopic(granted, wanted), `seed ${seed}: ${granted} covers ${wanted}`).toBe(expected);
    }
    expect(covered).toBeGreaterThan(200);
  });
});
