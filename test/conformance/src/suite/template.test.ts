// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of suites look like that
import type { JsonValue } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { fillIn, hexBytes } from './template.js';

const variables = new Map<string, JsonValue>([
  ['run', '0a1b2c3d'],
  ['revision', '17'],
  ['max_value_bytes', 4],
  ['flag', true],
]);

describe('fillIn', () => {
  const cases: [name: string, form: 'base64' | 'hex', value: JsonValue, filled: JsonValue][] = [
    ['plain values', 'base64', { a: 1, b: [null, true, 'x'] }, { a: 1, b: [null, true, 'x'] }],
    ['a variable in a text', 'base64', '${run}/a', '0a1b2c3d/a'],
    ['a variable in a key', 'base64', { '${run}': 1 }, { '0a1b2c3d': 1 }],
    ['a variable alone keeps its type', 'base64', ['${flag}', '${max_value_bytes}', '${revision}'], [true, 4, '17']],
    ['a variable beside text is text', 'base64', '=${flag}', '=true'],
    ['text as base64', 'base64', '${text:hi}', 'aGk='],
    ['text as hexadecimal', 'hex', '${text:hi}', '6869'],
    ['empty text', 'base64', '${text:}', ''],
    ['a place within a place', 'base64', '${text:${run}}', 'MGExYjJjM2Q='],
    ['hexadecimal digits', 'base64', '${hex:ff 00}', '/wA='],
    ['so many bytes', 'hex', '${fill:3}', '787878'],
    ['as many as a variable', 'hex', '${fill:max_value_bytes}', '78787878'],
    ['one more', 'hex', '${fill:max_value_bytes+1}', '7878787878'],
    ['three fewer', 'hex', '${fill:max_value_bytes-3}', '78'],
    ['a 32-bit number', 'hex', '00 ${u32:max_value_bytes+255}', '00 00000103'],
    ['a text so many times', 'base64', '${repeat:ab:3}', 'ababab'],
    ['a text with a colon', 'base64', '${repeat:a::2}', 'a:a:'],
    ['letters beyond ASCII', 'hex', '${text:ü}', 'c3bc'],
    ['a dollar sign alone', 'base64', '$set costs $5', '$set costs $5'],
  ];
  it.each(cases)('%s', (_, form, value, filled) => {
    expect(fillIn(value, variables, form)).toEqual(filled);
  });

  it.each([
    ['${unknown}', /\$\{unknown\} has no value here/],
    ['a ${nonsense:1}', /\$\{nonsense:1\} is not a place/],
    ['${fill:many}', /\$\{many\} has no value here/],
    ['${fill:1.5}', /"1.5" is not a number/],
    ['${hex:abc}', /"abc" is not hexadecimal/],
  ])('refuses %s', (value, text) => {
    expect(() => fillIn(value, variables, 'hex')).toThrow(text);
  });
});

describe('hexBytes', () => {
  it('ignores spaces', () => {
    expect([...hexBytes(' 01 0203\n04 ')]).toEqual([1, 2, 3, 4]);
  });

  it.each(['0', 'zz', '01 0'])('refuses %j', (text) => {
    expect(() => hexBytes(text)).toThrow(/is not hexadecimal/);
  });
});
