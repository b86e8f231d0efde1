import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { ChangeKind } from '@polywire/protocol/polywire.kv.v1';
import { expect, it } from 'vitest';
import { codeOf, type StoreUnderTest, set, text } from './store-under-test.cases.js';

const DAY_MS = 86_400_000;

export function expiryCases(use: () => StoreUnderTest): void {
  const kinds = () => use().changes.map(({ type, entry }) => [type, entry.key]);
  const expired = () => use().changes.filter(({ type }) => type === ChangeKind.EXPIRED);

  it('shows a value until its deadline, and not at it', async () => {
    const { store, clock } = use();
    await store.write('a', [set('k', 'v', { ttlMs: 1000 })]);
    const deadlineMs = clock.now() + 1000;
    clock.advance(999);
    expect(store.get('a', 'k')?.expiresAtMs).toBe(deadlineMs);
    clock.advance(1);
    expect(store.get('a', 'k')).toBeUndefined();
    expect(store.scan('a', { prefix: '', limit: 9 })).toEqual([]);
  });

  it('removes an expired key by one numbered change', async () => {
    const { store, clock, changes, until } = use();
    await store.write('a', [set('k', 'v', { ttlMs: 1000 })]);
    const deadlineMs = clock.now() + 1000;
    const before = store.revision;
    clock.advance(2000);
    await until(() => changes.length === 2);
    clock.advance(DAY_MS);
    await store.write('a', [set('k', 'new')]);
    const entry = { key: 'k', value: new Uint8Array(0), revision: before + 1, expiresAtMs: deadlineMs };
    expect(changes[1]).toMatchObject({ space: 'a', type: ChangeKind.EXPIRED, entry });
    expect(changes.map(({ entry: { revision } }) => revision)).toEqual([before, before + 1, before + 2]);
    expect(store.revision).toBe(before + 2);
  });

  it('ends a time to live when a value is set without one, and keeps it when a number is incremented', async () => {
    const { store, clock, until } = use();
    await store.write('a', [set('set', '1', { ttlMs: 1000 }), set('incremented', '1', { ttlMs: 1000 })]);
    await store.write('a', [set('set', '2'), { type: 'increment', key: 'incremented', delta: 1n }]);
    expect(store.get('a', 'incremented')?.expiresAtMs).toBe(clock.now() + 1000);
    clock.advance(2000);
    await until(() => expired().length === 1);
    expect(expired()[0]?.entry.key).toBe('incremented');
    expect(text(store.get('a', 'set')?.value)).toBe('2');
  });

  it('takes the newest time to live', async () => {
    const { store, clock, until } = use();
    await store.write('a', [set('longer', 'v', { ttlMs: 1000 }), set('shorter', 'v', { ttlMs: 9000 })]);
    await store.write('a', [set('longer', 'v', { ttlMs: 9000 }), set('shorter', 'v', { ttlMs: 1000 })]);
    clock.advance(5000);
    await until(() => expired().length === 1);
    expect(expired()[0]?.entry.key).toBe('shorter');
    expect(store.get('a', 'longer')).toBeDefined();
    clock.advance(5000);
    await until(() => expired().length === 2);
    expect(expired()[1]?.entry.key).toBe('longer');
  });

  it('reports the expiry before a write that comes before its removal', async () => {
    const { store, clock } = use();
    await store.write('a', [
      set('k', 'v', { ttlMs: 1000 }),
      set('d', 'v', { ttlMs: 1000 }),
      set('n', '7', { ttlMs: 1000 }),
      set('p', '1', { ttlMs: 1000 }),
    ]);
    clock.advance(1000);
    expect(await store.write('a', [set('k', 'w', { ifAbsent: true })])).toMatchObject([{ type: 'set' }]);
    expect(await store.write('a', [{ type: 'delete', key: 'd' }])).toMatchObject([{ deleted: false }]);
    expect(await store.write('a', [{ type: 'increment', key: 'n', delta: 1n }])).toMatchObject([{ value: 1n }]);
    await store.write('a', [set('p', '2')]);
    expect(kinds().slice(4)).toEqual([
      [ChangeKind.EXPIRED, 'k'],
      [ChangeKind.SET, 'k'],
      [ChangeKind.EXPIRED, 'd'],
      [ChangeKind.EXPIRED, 'n'],
      [ChangeKind.SET, 'n'],
      [ChangeKind.EXPIRED, 'p'],
      [ChangeKind.SET, 'p'],
    ]);
    clock.advance(DAY_MS);
    await store.write('a', [set('later', 'v')]);
    expect(expired().length).toBe(4);
    expect(text(store.get('a', 'k')?.value)).toBe('w');
    expect(store.get('a', 'n')?.expiresAtMs).toBe(0);
  });

  it('does not report an expiry for a write that fails', async () => {
    const { store, clock, until } = use();
    await store.write('a', [set('k', 'v', { ttlMs: 1000 }), set('there', 'v')]);
    clock.advance(1000);
    const failing = [set('k', 'w'), set('there', 'w', { ifAbsent: true })];
    expect(await codeOf(() => store.write('a', failing))).toBe(ErrorCode.ALREADY_EXISTS);
    expect(expired()).toEqual([]);
    clock.advance(1000);
    await until(() => expired().length === 1);
    expect(store.get('a', 'k')).toBeUndefined();
  });

  it('expires many keys with the same deadline once each', async () => {
    const { store, clock, changes, until } = use();
    const keys = Array.from({ length: 1500 }, (_, index) => `k${index}`);
    await store.write(
      'a',
      keys.map((key) => set(key, 'v', { ttlMs: 5000 })),
    );
    clock.advance(6000);
    await until(() => expired().length >= keys.length);
    expect(new Set(expired().map(({ entry }) => entry.key))).toEqual(new Set(keys));
    expect(expired().length).toBe(keys.length);
    const first = changes[0]?.entry.revision ?? 0;
    expect(changes.map(({ entry }) => entry.revision)).toEqual(changes.map((_, index) => first + index));
  });

  it('expires in order of the deadlines', async () => {
    const { store, clock, until } = use();
    const ttls = [900, 100, 500, 300, 700];
    await store.write(
      'a',
      ttls.map((ttlMs) => set(`after ${ttlMs}`, 'v', { ttlMs })),
    );
    clock.advance(2000);
    await until(() => expired().length === 5);
    expect(expired().map(({ entry }) => entry.key)).toEqual([100, 300, 500, 700, 900].map((ttlMs) => `after ${ttlMs}`));
  });

  it('keeps a key for 25 days, which is longer than a timer of the machine can wait', async () => {
    const { store, clock, until } = use();
    await store.write('a', [set('k', 'v', { ttlMs: 25 * DAY_MS })]);
    clock.advance(25 * DAY_MS - 1);
    expect(store.get('a', 'k')).toBeDefined();
    clock.advance(1000);
    await until(() => expired().length === 1);
  });

  it.each([
    [1, 0],
    [315_360_000_000, 0],
    [315_360_000_001, ErrorCode.INVALID_ARGUMENT],
    [-1, ErrorCode.INVALID_ARGUMENT],
    [0.5, ErrorCode.INVALID_ARGUMENT],
    [Number.NaN, ErrorCode.INVALID_ARGUMENT],
    [Number.POSITIVE_INFINITY, ErrorCode.INVALID_ARGUMENT],
  ])('checks a time to live of %d ms', async (ttlMs, code) => {
    const { store } = use();
    expect(await codeOf(() => store.write('a', [set('k', 'v', { ttlMs })]))).toBe(code);
    await store.write('a', [set('k', 'u')]);
    expect(await codeOf(() => store.write('a', [set('k', 'v', { ttlMs })]))).toBe(code);
    expect(text(store.get('a', 'k')?.value)).toBe(code === 0 ? 'v' : 'u');
  });
}
