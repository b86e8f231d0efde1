import { describe, expect, it } from 'vitest';
import { compareUtf8 } from './key-space.js';
import { SortedKeys } from './sorted-keys.js';

function from(keys: SortedKeys, start: string, limit = Number.POSITIVE_INFINITY): string[] {
  const found: string[] = [];
  keys.walk(start, (key) => found.push(key) < limit);
  return found;
}

describe('compareUtf8', () => {
  const texts = [
    '',
    '\0',
    'a',
    'a\0',
    'aa',
    'z',
    '\x7f',
    '\x80',
    'é',
    '\u07ff',
    '\u0800',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '😀',
    '😀a',
    '😁',
    '\u{10ffff}',
  ];

  it.each(texts)('orders %j like its bytes', (left) => {
    for (const right of texts) {
      const asBytes = Math.sign(Buffer.compare(Buffer.from(left), Buffer.from(right)));
      expect(Math.sign(compareUtf8(left, right))).toBe(asBytes);
    }
  });
});

describe('SortedKeys', () => {
  it('agrees with a sorted array when keys come and go', () => {
    const keys = new SortedKeys();
    const model = new Set<string>();
    for (let round = 0; round < 20_000; round++) {
      const key = `${(round * 7919) % 5003}`;
      if (model.has(key)) {
        keys.remove(key);
        model.delete(key);
      } else {
        keys.insert(key);
        model.add(key);
      }
    }
    keys.remove('not there');
    expect(from(keys, '')).toEqual([...model].sort());
    for (const start of ['', '1', '2500', '2500x', '9', 'z']) {
      expect(from(keys, start, 10)).toEqual(
        [...model]
          .sort()
          .filter((key) => key >= start)
          .slice(0, 10),
      );
    }
    for (const key of model) keys.remove(key);
    expect(from(keys, '')).toEqual([]);
  });

  it('finds its place in a hundred thousand keys without going through them', () => {
    const keys = new SortedKeys();
    for (let index = 0; index < 100_000; index++) keys.insert(`k${String((index * 7919) % 100_000).padStart(6, '0')}`);
    let visits = 0;
    keys.walk('k099990', () => ++visits > 0);
    expect(visits).toBe(10);
  });
});
