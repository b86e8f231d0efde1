import { expect, it } from 'vitest';
import { type StoreUnderTest, set, text } from './store-under-test.cases.js';

export function scanCases(use: () => StoreUnderTest): void {
  // In byte order of UTF-8: the surrogate pairs of UTF-16 come last.
  const sorted = [
    '',
    '\0',
    '\0\0',
    '\0a',
    '__proto__',
    'a',
    'a\0',
    'a\0b',
    'aa',
    'b',
    'constructor',
    'é',
    '\ue000',
    '\uffff',
    '😀',
    '😀a',
    '😁',
  ];

  it('keeps keys in byte order of their UTF-8', async () => {
    const { store } = use();
    for (const key of [...sorted].reverse()) await store.write('a', [set(key, key)]);
    const found = store.scan('a', { prefix: '', limit: 100 });
    expect(found.map(({ key }) => key)).toEqual(sorted);
    expect(found.map(({ value }) => text(value))).toEqual(sorted);
  });

  it.each(['', '\0', 'a', 'a\0', 'aa', '😀', '\ue000', 'zz'])('finds keys below %j page by page', async (prefix) => {
    const { store } = use();
    await store.write(
      'a',
      sorted.map((key) => set(key, 'v')),
    );
    await store.write(
      'b',
      sorted.map((key) => set(`${key}x`, 'v')),
    );
    const found: string[] = [];
    for (let after: string | undefined; ; after = found.at(-1)) {
      const page = store.scan('a', { prefix, after, limit: 2 });
      found.push(...page.map(({ key }) => key));
      if (page.length < 2) break;
    }
    expect(found).toEqual(sorted.filter((key) => key.startsWith(prefix)));
  });

  it.each([
    [{ prefix: 'a', after: '\0', limit: 9 }, ['a', 'a\0', 'a\0b', 'aa']],
    [{ prefix: 'a', after: 'b', limit: 9 }, []],
    [{ prefix: 'a', after: 'a\0a', limit: 9 }, ['a\0b', 'aa']],
    [{ prefix: '', after: '\uffff', limit: 2 }, ['😀', '😀a']],
    [{ prefix: '', after: 'a'.repeat(5000), limit: 2 }, ['b', 'constructor']],
    [{ prefix: 'a'.repeat(5000), limit: 2 }, []],
    [{ prefix: '\ud83d', limit: 9 }, []],
    [{ prefix: '', limit: 0 }, []],
  ])('scans %j', async (options, expected) => {
    const { store } = use();
    await store.write(
      'a',
      sorted.map((key) => set(key, 'v')),
    );
    expect(store.scan('a', options).map(({ key }) => key)).toEqual(expected);
  });

  it('keeps spaces apart', async () => {
    const { store } = use();
    const spaces = ['', '\0', 'a', 'a\0', 'ab', 'a\0b', '__proto__', 'é', '😀', 'b'.repeat(300)];
    for (const space of spaces)
      await store.write(
        space,
        sorted.map((key) => set(key, space)),
      );
    for (const space of spaces) {
      const found = store.scan(space, { prefix: '', limit: 100 });
      expect(found.map(({ key, value }) => [key, text(value)])).toEqual(sorted.map((key) => [key, space]));
    }
    await store.clear('a');
    expect(store.scan('a', { prefix: '', limit: 1 })).toEqual([]);
    for (const space of spaces.filter((name) => name !== 'a')) {
      expect(store.scan(space, { prefix: '', limit: 100 }).length).toBe(sorted.length);
    }
  });
}
