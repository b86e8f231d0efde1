import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { expect, it } from 'vitest';
import type { StoredValue } from './store.js';
import { bytes, codeOf, one, type StoreSuite, type StoreUnderTest, set, text } from './store-under-test.cases.js';

const plain = (stored: StoredValue | undefined) => ({
  ...stored,
  value: text(stored?.value),
});

export function valueCases(suite: StoreSuite, use: () => StoreUnderTest): void {
  it('names itself and its level', () => {
    expect(use().store).toMatchObject({ kind: suite.kind, level: suite.level });
    expect(use().store.health()).toEqual({ writable: true });
  });

  it('gives back what was set, with kind and revision', async () => {
    const { store } = use();
    const before = store.revision;
    expect(await store.write('a', [set('k', 'v')])).toEqual([{ type: 'set', revision: before + 1 }]);
    expect(store.revision).toBe(before + 1);
    const found = store.get('a', 'k');
    expect(found).toMatchObject({ key: 'k', kind: ValueKind.TEXT, revision: before + 1, expiresAtMs: 0 });
    expect(text(found?.value)).toBe('v');
    expect(store.get('a', 'other')).toBeUndefined();
    expect(store.get('b', 'k')).toBeUndefined();
  });

  it.each([
    [ValueKind.UNSPECIFIED, ValueKind.BYTES],
    [ValueKind.BYTES, ValueKind.BYTES],
    [ValueKind.TEXT, ValueKind.TEXT],
  ])('keeps kind %i as %i', async (given, kept) => {
    await use().store.write('a', [set('k', 'v', { kind: given })]);
    expect(use().store.get('a', 'k')?.kind).toBe(kept);
  });

  it('takes an empty key, an empty value and an empty space', async () => {
    const { store } = use();
    await store.write('', [set('', '')]);
    expect(store.get('', '')).toMatchObject({ key: '', value: new Uint8Array(0) });
    expect(store.scan('', { prefix: '', limit: 9 }).map(({ key }) => key)).toEqual(['']);
  });

  it('keeps a value of a megabyte', async () => {
    const value = new Uint8Array(1 << 20).map((_, index) => index * 7);
    await use().store.write('a', [set('k', '', { value })]);
    expect(Buffer.compare(use().store.get('a', 'k')?.value ?? bytes(''), value)).toBe(0);
  });

  it('copies the value before write returns', async () => {
    const { store } = use();
    const value = Buffer.from('first');
    const written = store.write('a', [set('k', '', { value })]);
    value.fill('x');
    await written;
    expect(text(store.get('a', 'k')?.value)).toBe('first');
  });

  it.each(['of the same length', 'of another length', 'that expires'])(
    'changes nothing that it has given away when the key takes a value %s',
    async (which) => {
      const { store } = use();
      const ttlMs = which === 'that expires' ? 1000 : 0;
      const next = which === 'of another length' ? 'longer' : 'value';
      await store.write('a', [set('k', 'first')]);
      const got = store.get('a', 'k');
      const [scanned] = store.scan('a', { prefix: '', limit: 1 });
      const before = structuredClone([plain(got), plain(scanned)]);
      for (let round = 0; round < 3; round++)
        await store.write('a', [set('k', next, { ttlMs, kind: ValueKind.BYTES })]);
      await store.write('a', [set('other', 'other')]);
      expect([plain(got), plain(scanned)]).toEqual(before);
      expect(text(store.get('a', 'k')?.value)).toBe(next);
    },
  );

  it.each(['get', 'scan'])('overwrites what was looked at, but not what came with %s since', async (how) => {
    const { store } = use();
    await store.write('a', [set('k', 'one')]);
    expect(text(store.peek('a', 'k')?.value)).toBe('one');
    await store.write('a', [set('k', 'two')]);
    expect(text(store.peek('a', 'k')?.value)).toBe('two');
    const kept = how === 'get' ? store.get('a', 'k') : store.scan('a', { prefix: '', limit: 1 })[0];
    await store.write('a', [set('k', 'six')]);
    await store.write('a', [set('k', 'ten')]);
    expect([text(kept?.value), text(store.peek('a', 'k')?.value)]).toEqual(['two', 'ten']);
  });

  it('looks at nothing that is missing, expired or cannot be stored', async () => {
    const { store, clock } = use();
    await store.write('a', [set('k', 'v', { ttlMs: 1000 })]);
    expect(text(store.peek('a', 'k')?.value)).toBe('v');
    clock.advance(1000);
    for (const key of ['k', 'missing', 'k'.repeat(1025)]) expect(store.peek('a', key)).toBeUndefined();
  });

  it('deletes once', async () => {
    const { store } = use();
    await store.write('a', [set('k', 'v')]);
    const revision = store.revision + 1;
    expect(await store.write('a', [{ type: 'delete', key: 'k' }])).toEqual([
      { type: 'delete', deleted: true, revision },
    ]);
    expect(store.get('a', 'k')).toBeUndefined();
    expect(await one(store.write('a', [{ type: 'delete', key: 'k' }]))).toEqual({
      type: 'delete',
      deleted: false,
      revision: 0,
    });
    expect(store.revision).toBe(revision);
  });

  it.each([
    ['1,024 bytes', 'k'.repeat(1024), 0],
    ['1,025 bytes', 'k'.repeat(1025), ErrorCode.KEY_TOO_LONG],
    ['342 characters of 3 bytes', '€'.repeat(342), ErrorCode.KEY_TOO_LONG],
    ['half a surrogate pair', 'a\ud83d', ErrorCode.INVALID_ARGUMENT],
  ])('checks a key of %s', async (_, key, code) => {
    expect(await codeOf(() => use().store.write('a', [set(key, 'v')]))).toBe(code);
    expect(use().store.get('a', key) !== undefined).toBe(code === 0);
  });

  it('checks the name of a space', async () => {
    expect(await codeOf(() => use().store.write('s'.repeat(513), [set('k', 'v')]))).toBe(ErrorCode.INVALID_ARGUMENT);
    expect(await codeOf(() => use().store.write('s'.repeat(512), [set('k'.repeat(1024), 'v', { ttlMs: 1000 })]))).toBe(
      0,
    );
  });

  it('refuses writes after close, and close waits for writes', async () => {
    const { store } = use();
    const written = store.write('a', [set('k', 'v')]);
    const closed = store.close();
    expect(await codeOf(() => store.write('a', [set('k', 'v')]))).toBe(ErrorCode.UNAVAILABLE);
    expect(await one(written)).toMatchObject({ type: 'set' });
    await closed;
    expect(store.health()).toEqual({ writable: false, error: 'the store is closed' });
    expect(await codeOf(() => store.get('a', 'k'))).toBe(ErrorCode.UNAVAILABLE);
    expect(await codeOf(() => store.peek('a', 'k'))).toBe(ErrorCode.UNAVAILABLE);
    expect(await codeOf(() => store.scan('a', { prefix: '', limit: 1 }))).toBe(ErrorCode.UNAVAILABLE);
    expect(await codeOf(() => store.clear('a'))).toBe(ErrorCode.UNAVAILABLE);
  });
}
