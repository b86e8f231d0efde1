import { describe, expect, it } from 'vitest';
import { editDistance, suggest } from './suggest.js';

describe('editDistance', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['level', 'levle', 1],
    ['port', 'prot', 1],
    ['abcd', 'badc', 2],
    ['max_calls', 'max_calls', 0],
    ['max_payload_byte', 'max_payload_bytes', 1],
    ['x'.repeat(100_000), 'port', 99_996],
  ];
  for (const [from, to, distance] of cases) {
    it(`${from.slice(0, 20)} to ${to} is ${distance}`, () => {
      expect(editDistance(from, to)).toBe(distance);
    });
  }
});

describe('suggest', () => {
  const known = ['host', 'port', 'path', 'max_calls', 'max_connections'];
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['prot', 'port'],
    ['PORT', 'port'],
    ['max_call', 'max_calls'],
    ['max_conections', 'max_connections'],
    ['pa', undefined],
    ['timeout', undefined],
    ['', undefined],
  ];
  for (const [name, wanted] of cases) {
    it(`${JSON.stringify(name)} means ${wanted}`, () => {
      expect(suggest(name, known)).toBe(wanted);
    });
  }
});
