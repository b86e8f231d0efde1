import { ChangeKind } from '@polywire/protocol/polywire.kv.v1';
import { expect, it } from 'vitest';
import type { StoreChange } from './store.js';
import { bytes, codeOf, copyOf, type StoreUnderTest, set, text } from './store-under-test.cases.js';

export function changeCases(use: () => StoreUnderTest): void {
  it('reports every change once, numbered without gaps', async () => {
    const { store, changes } = use();
    const first = store.revision + 1;
    await store.write('a', [set('x', '1', { ttlMs: 5000 }), set('y', '2')]);
    await store.write('b', [{ type: 'increment', key: 'n', delta: 3n }]);
    await store.write('a', [{ type: 'delete', key: 'y' }]);
    await codeOf(() => store.write('a', [set('x', '9', { ifAbsent: true })]));
    await store.write('a', [{ type: 'delete', key: 'missing' }]);
    const seen = changes.map(({ space, type, entry }) => [space, type, entry.key, text(entry.value), entry.revision]);
    expect(seen).toEqual([
      ['a', ChangeKind.SET, 'x', '1', first],
      ['a', ChangeKind.SET, 'y', '2', first + 1],
      ['b', ChangeKind.SET, 'n', '3', first + 2],
      ['a', ChangeKind.DELETED, 'y', '', first + 3],
    ]);
    expect(store.revision).toBe(first + 3);
  });

  it('reports a change before its write resolves, when it can be read', async () => {
    const { store } = use();
    const order: string[] = [];
    store.onChanges(([change]) => {
      order.push(`change ${text(store.get('a', 'k')?.value)} ${store.revision === change?.entry.revision}`);
    });
    for (const value of ['1', '2']) {
      await store.write('a', [set('k', value)]);
      order.push(`written ${value}`);
    }
    expect(order).toEqual(['change 1 true', 'written 1', 'change 2 true', 'written 2']);
  });

  it('keeps the order for every listener when a listener writes', async () => {
    const { store, until } = use();
    const seen: number[] = [];
    let pending: unknown;
    store.onChanges(([change]) => {
      if (change?.entry.key === 'first') pending = store.write('a', [set('second', 'v')]);
    });
    store.onChanges((changes) => seen.push(...changes.map(({ entry }) => entry.revision)));
    await store.write('a', [set('first', 'v')]);
    await until(() => seen.length === 2);
    await pending;
    expect(seen).toEqual([store.revision - 1, store.revision]);
  });

  it('goes on when a listener throws, and reports it', async () => {
    const { store, changes, errors } = use();
    const end = store.onChanges(() => {
      throw new Error('from a listener');
    });
    store.onChanges((batch) => changes.push(...batch.map(copyOf)));
    await store.write('a', [set('k', 'v')]);
    end();
    await store.write('a', [set('k', 'v')]);
    expect(changes.length).toBe(4);
    expect(errors.splice(0).map(({ message }) => message)).toEqual(['from a listener']);
  });

  it('tells a listener nothing after it ended', async () => {
    const { store } = use();
    const seen: StoreChange[] = [];
    const end = store.onChanges((batch) => seen.push(...batch.map(copyOf)));
    await store.write('a', [set('k', '1')]);
    end();
    await store.write('a', [set('k', '2')]);
    expect(seen.length).toBe(1);
  });

  it('keeps its own copy in a change', async () => {
    const { store, changes } = use();
    const value = bytes('first');
    const written = store.write('a', [set('k', '', { value })]);
    value.fill(0);
    await written;
    expect(text(changes[0]?.entry.value)).toBe('first');
  });

  it('tells every listener of a change as it was, also of those that listeners cause', async () => {
    const { store, until } = use();
    const seen: unknown[] = [];
    let pending: unknown;
    await store.write('a', [set('k', '0')]);
    store.onChanges(([change]) => {
      if (text(change?.entry.value) !== '1') return;
      pending = [store.write('a', [set('k', '2')]), store.write('a', [set('k', '3')])];
    });
    store.onChanges((batch) => seen.push(...batch.map(({ entry }) => [entry.revision, text(entry.value)])));
    const first = store.revision + 1;
    await store.write('a', [set('k', '1')]);
    await until(() => seen.length === 3);
    await pending;
    expect(seen).toEqual([1, 2, 3].map((value, index) => [first + index, String(value)]));
  });

  it.each([0, 3, 1001, 2500])('clears a space of %i keys with a change for each', async (count) => {
    const { store, changes } = use();
    const keys = Array.from({ length: count }, (_, index) => `k${index}`);
    await store.write(
      'a',
      keys.map((key) => set(key, 'v')),
    );
    await store.write('b', [set('k0', 'stays')]);
    changes.length = 0;
    expect(await store.clear('a')).toBe(count);
    expect(store.scan('a', { prefix: '', limit: 1 })).toEqual([]);
    expect(text(store.get('b', 'k0')?.value)).toBe('stays');
    expect(new Set(changes.map(({ space, type, entry }) => `${space} ${type} ${entry.key}`))).toEqual(
      new Set(keys.map((key) => `a ${ChangeKind.DELETED} ${key}`)),
    );
    expect(changes.length).toBe(count);
  });

  it('counts no expired key when it clears, but reports it', async () => {
    const { store, clock, changes, until } = use();
    await store.write('a', [set('gone', 'v', { ttlMs: 1000 }), set('there', 'v')]);
    clock.advance(1000);
    changes.length = 0;
    expect(await store.clear('a')).toBe(1);
    clock.advance(60_000);
    await store.write('a', [set('later', 'v')]);
    await until(() => changes.length >= 3);
    expect(changes.map(({ type, entry }) => [type, entry.key]).sort()).toEqual([
      [ChangeKind.SET, 'later'],
      [ChangeKind.DELETED, 'there'],
      [ChangeKind.EXPIRED, 'gone'],
    ]);
  });

  it('keeps what is written while it clears, and clears what was on its way', async () => {
    const { store } = use();
    const keys = Array.from({ length: 1200 }, (_, index) => `k${String(index).padStart(4, '0')}`);
    await store.write(
      'a',
      keys.map((key) => set(key, 'old')),
    );
    const onItsWay = store.write('a', [set('k0001', 'on its way'), set('first', 'on its way')]);
    const cleared = store.clear('a');
    const written = store.write('a', [set('k1199', 'new'), set('z', 'new')]);
    await onItsWay;
    await written;
    expect(await cleared).toBe(1200);
    expect(store.scan('a', { prefix: '', limit: 9 }).map(({ key, value }) => [key, text(value)])).toEqual([
      ['k1199', 'new'],
      ['z', 'new'],
    ]);
  });
}
