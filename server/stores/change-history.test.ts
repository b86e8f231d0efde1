import { ChangeKind, ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { describe, expect, it } from 'vitest';
import { ChangeHistory } from './change-history.js';
import type { StoreChange } from './store.js';

function change(revision: number, key = `k${revision}`, valueBytes = 0): StoreChange {
  const entry = { key, value: new Uint8Array(valueBytes), kind: ValueKind.BYTES, revision, expiresAtMs: 0 };
  return { space: 'a', type: ChangeKind.SET, entry };
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
type Filter = (space: string, key: string) => boolean;
const all: Filter = () => true;

function revisionsSince(history: ChangeHistory, revision: number, filter = all) {
  const found = history.since(revision, filter);
  return found === 'compacted' ? found : found.map(({ entry }) => entry.revision);
}

describe('ChangeHistory', () => {
  it.each([
    [9, 'compacted'],
    [10, range(11, 500)],
    [11, range(12, 500)],
    [498, [499, 500]],
    [500, []],
    [501, 'compacted'],
  ])('answers what came after revision %d', (revision, expected) => {
    const history = new ChangeHistory({}, 10);
    for (let next = 11; next <= 500; next += 7)
      history.append(range(next, Math.min(next + 6, 500)).map((r) => change(r)));
    expect(revisionsSince(history, revision)).toEqual(expected);
  });

  it('keeps only what the filter accepts', () => {
    const history = new ChangeHistory({}, 0);
    history.append(range(1, 9).map((revision) => change(revision, revision % 2 ? 'odd' : 'even')));
    expect(revisionsSince(history, 3, (_space, key) => key === 'even')).toEqual([4, 6, 8]);
  });

  it('forgets the oldest changes beyond its count', () => {
    const history = new ChangeHistory({ maxEntries: 100 }, 0);
    for (let revision = 1; revision <= 1234; revision++) history.append([change(revision)]);
    expect(history.oldestRevision).toBe(1135);
    expect(revisionsSince(history, 1133)).toBe('compacted');
    expect(revisionsSince(history, 1134)).toEqual(range(1135, 1234));
  });

  it('forgets the oldest changes beyond its bytes, also all of them', () => {
    const history = new ChangeHistory({ maxBytes: 10_000 }, 0);
    history.append(range(1, 50).map((revision) => change(revision, 'k', 1000)));
    expect(history.oldestRevision).toBe(51 - Math.floor(10_000 / (1000 + 128 + 2)));
    history.append([change(51, 'k', 20_000)]);
    expect(revisionsSince(history, 50)).toBe('compacted');
    expect(revisionsSince(history, 51)).toEqual([]);
    history.append([change(52)]);
    expect(revisionsSince(history, 51)).toEqual([52]);
  });

  it('keeps copies, also of values that do not fit into one piece of memory, and gives copies away', () => {
    const history = new ChangeHistory({ maxBytes: 2_000_000 }, 0);
    const lengths = [1, 0, 65_535, 7, 65_536, 0, 300_000, 70_000];
    const filled = (revision: number) => new Uint8Array(lengths[revision % lengths.length] as number).fill(revision);
    const borrowed = { space: 'a', type: ChangeKind.SET, entry: { ...change(0).entry, expiresAtMs: 9 } };
    for (let revision = 1; revision <= 100; revision++) {
      const value = filled(revision);
      Object.assign(borrowed.entry, { key: `k${revision}`, value, revision });
      history.append([borrowed]);
      value.fill(0);
      for (const kept of history.since(history.oldestRevision - 1, () => true))
        (kept as StoreChange).entry.value.fill(0);
      const found = history.since(history.oldestRevision - 1, () => true) as StoreChange[];
      expect(found.at(-1)?.entry.revision).toBe(revision);
      for (const { entry } of found) {
        expect(entry).toMatchObject({ key: `k${entry.revision}`, kind: ValueKind.BYTES, expiresAtMs: 9 });
        expect(Buffer.compare(entry.value, filled(entry.revision))).toBe(0);
      }
    }
    expect(history.oldestRevision).toBeGreaterThan(50);
  });

  it('replays nothing across a gap', () => {
    const history = new ChangeHistory({}, 0);
    history.append([change(1), change(2), change(4), change(5)]);
    expect(revisionsSince(history, 1)).toBe('compacted');
    expect(revisionsSince(history, 3)).toEqual([4, 5]);
    expect(history.oldestRevision).toBe(4);
  });
});
