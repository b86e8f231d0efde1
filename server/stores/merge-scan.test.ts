import { ChangeKind } from '@polywire/protocol/polywire.kv.v1';
import { describe, expect, it } from 'vitest';
import { removal, setChange } from './changes.cases.js';
import { Memtable, type Row, settleRow } from './memtable.js';
import { mergeScan, rowsInRange } from './merge-scan.js';
import { mulberry32, pick, type Random, randomSeeds } from './random.cases.js';
import type { ScanOptions, StoreChange, StoredValue } from './store.js';

const letters = ['\0', 'a', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '😀', '😁', '\u{10ffff}'];

const byBytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));

function settledRows(changes: readonly StoreChange[]): Row[] {
  const memtable = new Memtable();
  for (const change of changes) settleRow(memtable.stage(change, 0), change);
  return [...memtable.rows()];
}

/** What a scan must find, and nothing of how it is done. */
function isInRange(key: string, { prefix, after }: ScanOptions): boolean {
  return key.startsWith(prefix) && (after === undefined || byBytes(key, after) > 0);
}

function scan(tables: ReadonlyMap<string, StoredValue>, rows: readonly Row[], options: ScanOptions): StoredValue[] {
  const inTables = [...tables.values()].filter(({ key }) => isInRange(key, options));
  inTables.sort((left, right) => byBytes(left.key, right.key));
  return [...mergeScan(inTables, rowsInRange(rows, options))];
}

describe('a scan of tables and rows together', () => {
  it.each(randomSeeds())('agrees with a naive map (seed %i)', (seed) => {
    const random = mulberry32(seed);
    for (let round = 0; round < 2000; round++) {
      const tables = new Map<string, StoredValue>();
      for (let times = random(12); times > 0; times--) {
        const { entry } = setChange(times, randomKey(random));
        tables.set(entry.key, entry);
      }
      const model = new Map(tables);
      const changes = Array.from({ length: random(12) }, (_, index) => {
        const key = tables.size > 0 && random(2) === 0 ? pick([...tables.keys()], random) : randomKey(random);
        return random(3) === 0 ? removal(100 + index, key) : setChange(100 + index, key);
      });
      for (const { type, entry } of changes) {
        if (type === ChangeKind.SET) model.set(entry.key, entry);
        else model.delete(entry.key);
      }
      const after = random(2) === 0 ? undefined : randomKey(random);
      const options = { prefix: random(2) === 0 ? '' : pick(letters, random), after, limit: 1000 };
      const expected = [...model.values()].filter(({ key }) => isInRange(key, options));
      expected.sort((left, right) => byBytes(left.key, right.key));
      const found = scan(tables, settledRows(changes), options);
      expect(found.map(({ key, revision }) => [key, revision])).toEqual(
        expected.map(({ key, revision }) => [key, revision]),
      );
    }
  });

  it('takes no more from the tables than it is asked for', () => {
    let taken = 0;
    function* tables(): Iterable<StoredValue> {
      for (const key of ['a', 'b', 'c', 'd']) {
        taken++;
        yield setChange(1, key).entry;
      }
    }
    const rows = settledRows([setChange(5, 'b'), removal(6, 'c'), setChange(7, 'a😀')]);
    const found: string[] = [];
    const all = { prefix: '', limit: 3 };
    for (const { key, revision } of mergeScan(tables(), rowsInRange(rows, all))) {
      found.push(`${key} ${revision}`);
      if (found.length === 3) break;
    }
    expect(found).toEqual(['a 1', 'a😀 7', 'b 5']);
    // One that is hidden, and the one behind it.
    expect(taken).toBe(3);
  });
});

function randomKey(random: Random): string {
  let key = '';
  for (let length = random(4); length > 0; length--) key += pick(letters, random);
  return key;
}
