import { describe, expect, it } from 'vitest';
import { setChange } from './changes.cases.js';
import { checkpointPages, MAX_PAGE_ROWS, sortRows } from './checkpoint-pages.js';
import { Memtable, type Row } from './memtable.js';
import { mulberry32, pick, type Random, randomSeeds } from './random.cases.js';

const MIB = 1024 * 1024;

function rowsOf(lengths: readonly number[]): Row[] {
  const memtable = new Memtable();
  for (const [index, length] of lengths.entries())
    memtable.stage(setChange(index + 1, `${index}`, Buffer.alloc(length)), 0);
  return [...memtable.rows()];
}

describe('pages of a checkpoint', () => {
  it.each([
    ['nothing', [], [0]],
    ['one row', [5], [1]],
    ['as many rows as a page takes', new Array<number>(MAX_PAGE_ROWS).fill(0), [MAX_PAGE_ROWS]],
    ['one row more', new Array<number>(MAX_PAGE_ROWS + 1).fill(0), [MAX_PAGE_ROWS, 1]],
    ['values of half a page', new Array<number>(5).fill(MIB / 2), [2, 2, 1]],
    ['a value larger than a page', [1, 3 * MIB, 1, 1], [2, 2]],
    ['only such', [3 * MIB, 3 * MIB], [1, 1]],
  ])('are cut by rows and bytes: %s', (_, lengths, sizes) => {
    const rows = rowsOf(lengths);
    const pages = [...checkpointPages(rows)];
    expect(pages.map((page) => page.rows.length)).toEqual(sizes);
    expect(pages.flatMap((page) => page.rows)).toEqual(rows);
    expect(pages.map(({ isLast }) => isLast)).toEqual(sizes.map((__, index) => index === sizes.length - 1));
    for (const page of pages) {
      expect(page.byteCount).toBe(page.rows.reduce((sum, { newest }) => sum + (newest?.value.length ?? 0), 0));
    }
  });

  it('count no bytes for keys that were removed', () => {
    const rows = rowsOf(new Array<number>(10).fill(MIB));
    for (const row of rows) row.newest = undefined;
    expect([...checkpointPages(rows)]).toEqual([{ rows, byteCount: 0, isLast: true }]);
  });
});

describe('sortRows', () => {
  it.each(randomSeeds())('agrees with a plain sort, whatever the number of rows (seed %i)', async (seed) => {
    const random = mulberry32(seed);
    for (const rowCount of [0, 1, 2, 2047, 2048, 2049, 4096, 6145, 3 * 2048 + random(9000)]) {
      const memtable = new Memtable();
      while (memtable.rowCount < rowCount) {
        const change = setChange(memtable.rowCount, randomText(random, 4), '', { space: randomText(random, 1) });
        memtable.stage(change, 0);
      }
      const rows = [...memtable.rows()];
      const expected = [...rows].sort((left, right) =>
        left.space === right.space ? compare(left.key, right.key) : compare(left.space, right.space),
      );
      const sorted = await sortRows(rows);
      expect(sorted.length).toBe(rowCount);
      for (const [index, row] of expected.entries())
        if (sorted[index] !== row) expect.fail(`row ${index} of ${rowCount}`);
    }
  });

  it('lets the event loop go on', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const sorted = await sortRows(rowsOf(new Array<number>(40_000).fill(0)));
    clearInterval(timer);
    expect(sorted.length).toBe(40_000);
    expect(turns).toBeGreaterThan(5);
  });
});

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function randomText(random: Random, maxLength: number): string {
  let text = '';
  for (let length = random(maxLength + 1); length > 0; length--) {
    text += pick(['\0', 'a', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '😀', `${random(1000)}`], random);
  }
  return text;
}
