import { compareUtf8 } from './key-space.js';
import type { Row } from './memtable.js';
import { scanStart } from './scan-start.js';
import type { ScanOptions, StoredValue } from './store.js';

/** Rows that a scan meets, in byte order of their keys. */
export function rowsInRange(rows: Iterable<Row>, options: ScanOptions): Row[] {
  const { key: start, isExclusive } = scanStart(options);
  const found: Row[] = [];
  for (const row of rows) {
    if (!row.key.startsWith(options.prefix)) continue;
    const order = compareUtf8(row.key, start);
    if (order > 0 || (order === 0 && !isExclusive)) found.push(row);
  }
  return found.sort((left, right) => compareUtf8(left.key, right.key));
}

/** What tables and rows hold together, in byte order of the keys: a row hides what the tables hold of its key. */
export function* mergeScan(tables: Iterable<StoredValue>, rows: readonly Row[]): Iterable<StoredValue> {
  let next = 0;
  for (const entry of tables) {
    for (let row = rows[next]; row !== undefined && compareUtf8(row.key, entry.key) < 0; row = rows[next]) {
      if (row.durable !== undefined) yield row.durable;
      next++;
    }
    if (rows[next]?.key !== entry.key) yield entry;
  }
  for (; next < rows.length; next++) {
    const state = rows[next]?.durable;
    if (state !== undefined) yield state;
  }
}
