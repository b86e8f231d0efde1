import type { Row } from './memtable.js';

/** Keys in one transaction: putting them keeps the event loop busy for about a millisecond. */
export const MAX_PAGE_ROWS = 512;
/** Bytes of values in one transaction; one value may be larger. */
const MAX_PAGE_BYTES = 1024 * 1024;
/** Sorting so many takes about a millisecond. */
const RUN_ROWS = 2048;

/** Rows that go into the tables in one transaction. */
export interface CheckpointPage {
  readonly rows: readonly Row[];
  /** Bytes of their values. */
  readonly byteCount: number;
  readonly isLast: boolean;
}

/**
 * Cuts rows into pages, of which there is always a last one, if an empty one.
 * @param rows in order
 * @param maxRows of a page
 */
export function* checkpointPages(rows: readonly Row[], maxRows = MAX_PAGE_ROWS): Iterable<CheckpointPage> {
  let start = 0;
  let byteCount = 0;
  for (const [index, row] of rows.entries()) {
    if (index - start >= maxRows || byteCount >= MAX_PAGE_BYTES) {
      yield { rows: rows.slice(start, index), byteCount, isLast: false };
      start = index;
      byteCount = 0;
    }
    byteCount += row.newest?.value.length ?? 0;
  }
  yield { rows: rows.slice(start), byteCount, isLast: true };
}

/**
 * Rows in the order of their keys, so that those which share a page of the tables are written with it.
 * Short runs are sorted, and merged by twos, with pauses in which the event loop goes on.
 */
export async function sortRows(rows: readonly Row[]): Promise<Row[]> {
  let runs: Row[][] = [];
  for (let start = 0; start < rows.length; start += RUN_ROWS) {
    runs.push(rows.slice(start, start + RUN_ROWS).sort(compareRows));
    await nextTurn();
  }
  while (runs.length > 1) {
    const merged: Row[][] = [];
    for (let index = 0; index < runs.length; index += 2) {
      merged.push(mergeRuns(runs[index] ?? [], runs[index + 1] ?? []));
      await nextTurn();
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function mergeRuns(left: readonly Row[], right: readonly Row[]): Row[] {
  const merged: Row[] = [];
  let atLeft = 0;
  let atRight = 0;
  for (;;) {
    const first = left[atLeft];
    const second = right[atRight];
    if (first === undefined) return merged.concat(right.slice(atRight));
    if (second === undefined) return merged.concat(left.slice(atLeft));
    if (compareRows(first, second) <= 0) {
      merged.push(first);
      atLeft++;
    } else {
      merged.push(second);
      atRight++;
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Nearly the order of the tables, which is enough: those who are neighbours here are neighbours there. */
function compareRows(left: Row, right: Row): number {
  if (left.space !== right.space) return left.space < right.space ? -1 : 1;
  return left.key < right.key ? -1 : 1;
}
