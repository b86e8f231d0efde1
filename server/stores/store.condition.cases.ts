import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { expect, it } from 'vitest';
import { codeOf, one, type StoreUnderTest, set, text } from './store-under-test.cases.js';

export function conditionCases(use: () => StoreUnderTest): void {
  it('sets and deletes only at the given revision', async () => {
    const { store } = use();
    const { revision } = await one(store.write('a', [set('k', 'v1')]));
    const wrong = revision + 1;
    expect(await codeOf(() => store.write('a', [set('k', 'v2', { ifRevision: wrong })]))).toBe(
      ErrorCode.REVISION_MISMATCH,
    );
    expect(await codeOf(() => store.write('a', [{ type: 'delete', key: 'k', ifRevision: wrong }]))).toBe(
      ErrorCode.REVISION_MISMATCH,
    );
    expect(text(store.get('a', 'k')?.value)).toBe('v1');
    const next = await one(store.write('a', [set('k', 'v2', { ifRevision: revision })]));
    expect(await one(store.write('a', [{ type: 'delete', key: 'k', ifRevision: next.revision }]))).toMatchObject({
      deleted: true,
    });
  });

  it('counts a missing key as revision 0', async () => {
    const { store } = use();
    expect(await codeOf(() => store.write('a', [{ type: 'delete', key: 'k', ifRevision: 1 }]))).toBe(
      ErrorCode.REVISION_MISMATCH,
    );
    expect(await codeOf(() => store.write('a', [set('k', 'v', { ifRevision: 0 })]))).toBe(0);
    expect(await codeOf(() => store.write('a', [set('k', 'v', { ifRevision: 0 })]))).toBe(ErrorCode.REVISION_MISMATCH);
  });

  it('sets only a missing key when asked to', async () => {
    const { store } = use();
    expect(await codeOf(() => store.write('a', [set('k', 'v1', { ifAbsent: true })]))).toBe(0);
    expect(await codeOf(() => store.write('a', [set('k', 'v2', { ifAbsent: true })]))).toBe(ErrorCode.ALREADY_EXISTS);
    expect(text(store.get('a', 'k')?.value)).toBe('v1');
  });

  it.each([0, 1, 2])('sees writes that are still on their way, %i turns old', async (turns) => {
    const { store } = use();
    const first = store.write('a', [set('n', '1')]);
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    const refused = codeOf(() => store.write('a', [set('n', '2', { ifAbsent: true })]));
    const added = store.write('a', [{ type: 'increment', key: 'n', delta: 4n }]);
    const removed = store.write('a', [{ type: 'delete', key: 'n' }]);
    const again = store.write('a', [set('n', '9', { ifAbsent: true })]);
    expect(await refused).toBe(ErrorCode.ALREADY_EXISTS);
    expect(await one(first)).toMatchObject({ type: 'set' });
    expect(await one(added)).toMatchObject({ value: 5n });
    expect(await one(removed)).toMatchObject({ deleted: true });
    expect(await one(again)).toMatchObject({ type: 'set' });
    expect(text(store.get('a', 'n')?.value)).toBe('9');
  });

  it('does all operations of a write or none', async () => {
    const { store, changes } = use();
    await store.write('a', [set('there', 'v')]);
    const before = store.revision;
    const operations = [set('x', '1'), { type: 'delete', key: 'there' } as const, set('there2', '2'), set('x', '3')];
    expect(await codeOf(() => store.write('a', [...operations, set('x', '4', { ifAbsent: true })]))).toBe(
      ErrorCode.ALREADY_EXISTS,
    );
    expect(store.revision).toBe(before);
    expect(changes.length).toBe(1);
    expect(store.scan('a', { prefix: '', limit: 9 }).map(({ key }) => key)).toEqual(['there']);
    expect(await store.write('a', operations)).toEqual([
      { type: 'set', revision: before + 1 },
      { type: 'delete', deleted: true, revision: before + 2 },
      { type: 'set', revision: before + 3 },
      { type: 'set', revision: before + 4 },
    ]);
    expect(store.scan('a', { prefix: '', limit: 9 }).map(({ key, value }) => [key, text(value)])).toEqual([
      ['there2', '2'],
      ['x', '3'],
    ]);
  });
}
