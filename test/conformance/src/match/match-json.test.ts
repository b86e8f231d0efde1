import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { matchJson } from './match-json.js';

const variables = new Map<string, JsonValue>([
  ['low', '9007199254740993'],
  ['word', 'x'],
]);

describe('matchJson', () => {
  const cases: [name: string, expected: JsonObject, actual: JsonObject, differences: string[]][] = [
    ['nothing expected', {}, { a: 1 }, []],
    ['equal', { a: 1, b: 'x', c: true }, { a: 1, b: 'x', c: true }, []],
    ['a field that is not named', { a: 1 }, { a: 1, b: 2 }, []],
    ['another number', { a: 1 }, { a: 2 }, ['a: expected 1, got 2']],
    ['a number and its text', { a: 5, b: '5' }, { a: '5', b: 5 }, []],
    [
      '64 bits beyond doubles',
      { a: '9007199254740993' },
      { a: '9007199254740992' },
      ['a: expected "9007199254740993", got "9007199254740992"'],
    ],
    ['a missing field', { a: '' }, {}, ['a: expected "", got nothing']],
    ['false is not missing', { a: false }, { a: false }, []],
    ['true for false', { a: false }, { a: true }, ['a: expected false, got true']],
    ['null: must be missing', { a: null }, {}, []],
    ['null: is there', { a: null }, { a: {} }, ['a: expected nothing, got {}']],
    ['nested', { a: { b: { c: 1 } } }, { a: { b: { c: 2, d: 3 } } }, ['a.b.c: expected 1, got 2']],
    ['list', { a: [1, { b: 2 }] }, { a: [1, { b: 2, c: 3 }] }, []],
    ['list too long', { a: [1] }, { a: [1, 2] }, ['a: expected 1 elements, got 2: [1,2]']],
    ['list too short', { a: [1, 2] }, { a: [1] }, ['a: expected 2 elements, got 1: [1]']],
    ['list element', { a: [1, 2] }, { a: [1, 3] }, ['a[1]: expected 2, got 3']],
    ['object for list', { a: [] }, { a: {} }, ['a: expected [], got {}']],
    ['list for object', { a: {} }, { a: [] }, ['a: expected {}, got []']],
    ['several differences', { a: 1, b: 2 }, { a: 3, b: 4 }, ['a: expected 1, got 3', 'b: expected 2, got 4']],
    ['$set', { a: '$set', b: '$set' }, { a: 1, b: 'x' }, []],
    ['$set of a zero', { a: '$set' }, { a: '0' }, ['a: expected a value that is not empty, got "0"']],
    [
      '$set of an unspecified enum',
      { a: '$set' },
      { a: 'ACK_LEVEL_UNSPECIFIED' },
      ['a: expected a value that is not empty, got "ACK_LEVEL_UNSPECIFIED"'],
    ],
    ['$set of nothing', { a: '$set' }, {}, ['a: expected a value that is not empty, got nothing']],
    ['$set of an empty list', { a: '$set' }, { a: [] }, ['a: expected a value that is not empty, got []']],
    ['$more', { a: '$more:low' }, { a: '9007199254740994' }, []],
    [
      '$more of the same',
      { a: '$more:low' },
      { a: '9007199254740993' },
      ['a: expected a number greater than 9007199254740993, got "9007199254740993"'],
    ],
    [
      '$more of a word',
      { a: '$more:low' },
      { a: 'x' },
      ['a: expected a number greater than 9007199254740993, got "x"'],
    ],
    ['$between', { a: '$between:1:3', b: '$between:1:3' }, { a: 1, b: '3' }, []],
    ['$between, above', { a: '$between:1:3' }, { a: 4 }, ['a: expected a number from 1 to 3, got 4']],
    ['$between, below', { a: '$between:1:3' }, { a: 0 }, ['a: expected a number from 1 to 3, got 0']],
    [
      'two conditions',
      { a: '$set $more:low' },
      { a: '1' },
      ['a: expected a number greater than 9007199254740993, got "1"'],
    ],
    ['$more of what this message saved', { a: '$save:first', b: '$more:first' }, { a: 3, b: 4 }, []],
    ['$save of nothing', { a: '$save:first' }, {}, ['a: expected any value, got nothing']],
  ];
  it.each(cases)('%s', (_, expected, actual, differences) => {
    expect(matchJson(expected, actual, new Map(variables))).toEqual(differences);
  });

  it('keeps values once everything matches, with their type', () => {
    const found = new Map<string, JsonValue>();
    expect(matchJson({ a: '$save:x', b: 1 }, { a: 7, b: 2 }, found)).toHaveLength(1);
    expect([...found]).toEqual([]);
    expect(matchJson({ a: '$save:x', b: { c: '$set $save:y' } }, { a: 7, b: { c: 'z' } }, found)).toEqual([]);
    expect([...found]).toEqual([
      ['x', 7],
      ['y', 'z'],
    ]);
  });

  it.each([
    [{ a: '$nonsense' }, /\$nonsense is not a condition/],
    [{ a: '$more:unknown' }, /the variable unknown is not a number/],
    [{ a: '$more:word' }, /the variable word is not a number/],
    [{ a: '$between:1' }, /needs two numbers/],
  ])('refuses %j', (expected, text) => {
    expect(() => matchJson(expected, { a: 1 }, new Map(variables))).toThrow(text);
  });

  it('cuts long values in its texts', () => {
    const [difference] = matchJson({ a: 'short' }, { a: 'x'.repeat(5_000) }, new Map());
    expect(difference!.length).toBeLessThan(250);
    expect(difference).toMatch(/… \(5002 characters\)$/);
  });
});
