import { describe, expect, it } from 'vitest';
import { keyAndSource, keyOf } from './key-value-input.js';

describe('keyOf', () => {
  it.each([
    [{ key: 'a' }, {}],
    [{}, { key: 'a' }],
  ])('takes %j and %j', (args, flags) => {
    expect(keyOf(args, flags)).toBe('a');
  });

  it('refuses none and two', () => {
    expect(() => keyOf({}, {})).toThrow(/key is missing/);
    expect(() => keyOf({ key: 'a' }, { key: 'a' })).toThrow(/given twice/);
  });
});

describe('keyAndSource', () => {
  it.each([
    [{ key: 'a', value: 'v' }, {}, { text: 'v' }],
    [{}, { key: 'a', value: 'v' }, { text: 'v' }],
    [{ key: 'a' }, { value: 'v' }, { text: 'v' }],
    [{ key: 'v' }, { key: 'a' }, { text: 'v' }],
    [{ key: 'a', value: '' }, {}, { text: '' }],
    [{ key: 'a', value: '-' }, {}, 'stdin'],
    [{ key: 'a' }, { file: 'f' }, { file: 'f' }],
    [{}, { key: 'a', file: 'f' }, { file: 'f' }],
  ])('takes %j and %j', (args, flags, source) => {
    expect(keyAndSource(args, flags)).toEqual({ key: 'a', source });
  });

  it.each([
    [{}, {}, /key is missing/],
    [{ key: 'a' }, {}, /value is missing/],
    [{}, { key: 'a' }, /value is missing/],
    [{ key: 'a', value: 'v' }, { value: 'w' }, /several values/],
    [{ key: 'a', value: 'v' }, { file: 'f' }, /several values/],
    [{ key: 'a', value: 'v' }, { key: 'b' }, /several values/],
    [{ key: 'a', value: '-' }, { file: 'f' }, /several values/],
  ])('refuses %j and %j', (args, flags, text) => {
    expect(() => keyAndSource(args, flags)).toThrow(text);
  });
});
