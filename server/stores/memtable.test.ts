import { describe, expect, it } from 'vitest';
import { removal, setChange } from './changes.cases.js';
import { isSettled, Memtable, settleRow } from './memtable.js';

describe('Memtable', () => {
  it('has one row for a key of a space, with its newest state', () => {
    const memtable = new Memtable();
    const first = setChange(1, 'k', 'one');
    const row = memtable.stage(first, 0);
    const others = [setChange(2, '__proto__', '', { space: '__proto__' }), setChange(3, 'k', 'x', { space: 't' })];
    for (const change of others) memtable.stage(change, 0);
    const last = setChange(4, 'k', 'four');
    expect(memtable.stage(last, 0)).toBe(row);
    expect(memtable.get('s', 'k')).toBe(row);
    expect(row.newest).toBe(last.entry);
    expect(memtable.get('t', 'k')?.newest?.revision).toBe(3);
    expect([memtable.get('u', 'k'), memtable.get('s', 'toString'), memtable.get('__proto__', 'k')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([memtable.rowCount, memtable.byteCount]).toEqual([3, 'one'.length + 'x'.length + 'four'.length]);
    expect([...memtable.rows()].map(({ space, key }) => `${space} ${key}`)).toEqual([
      's k',
      '__proto__ __proto__',
      't k',
    ]);
    expect([...memtable.rowsOf('t')]).toEqual([memtable.get('t', 'k')]);
    expect([...memtable.rowsOf('u')]).toEqual([]);
    memtable.stage(removal(5, 'k'), 0);
    expect(memtable.get('s', 'k')).toBe(row);
    expect([row.newest, memtable.rowCount]).toEqual([undefined, 3]);
  });

  it('remembers the deadline that the tables have of a key, whatever came afterwards', () => {
    const memtable = new Memtable();
    const row = memtable.stage(setChange(1, 'k', 'v', { expiresAtMs: 2000 }), 1000);
    memtable.stage(setChange(2, 'k', 'v', { expiresAtMs: 3000 }), 2000);
    memtable.stage(removal(3, 'k'), 3000);
    expect(row.replacedDeadlineMs).toBe(1000);
    // Not in the tables yet: nothing must go from there.
    expect(memtable.stage(setChange(4, 'l', 'v', { expiresAtMs: 1 }), 0).replacedDeadlineMs).toBe(0);
    memtable.stage(setChange(5, 'l', 'v'), 1);
    expect(memtable.get('s', 'l')?.replacedDeadlineMs).toBe(0);
  });

  it.each([
    ['sets none', 0, 0, false],
    ['sets one', 1000, 0, true],
    ['ends one', 0, 1000, true],
  ])('knows whether a write %s of the deadlines', (_, expiresAtMs, replacedDeadlineMs, expected) => {
    const memtable = new Memtable();
    memtable.stage(setChange(1, 'k', 'v', { expiresAtMs }), replacedDeadlineMs);
    expect(memtable.hasDeadlines).toBe(expected);
    memtable.stage(setChange(2, 'l'), 0);
    expect(memtable.hasDeadlines).toBe(expected);
  });

  it('shows of a row what has been settled, in order', () => {
    const memtable = new Memtable();
    const changes = [setChange(1, 'k'), setChange(2, 'k'), removal(3, 'k')];
    const rows = changes.map((change) => memtable.stage(change, 0));
    const [row] = rows;
    if (row === undefined) throw new Error('no row');
    expect([row.isDurable, row.durable, isSettled(row)]).toEqual([false, undefined, false]);
    for (const [index, change] of changes.entries()) {
      settleRow(row, change);
      expect(row.isDurable).toBe(true);
      expect(row.durable?.revision).toBe(index < 2 ? index + 1 : undefined);
      expect(isSettled(row)).toBe(index === 2);
    }
  });

  it('does not take a removal that is on its way for the one that is done', () => {
    const memtable = new Memtable();
    const gone = removal(1, 'k');
    const row = memtable.stage(gone, 0);
    settleRow(row, gone);
    expect(isSettled(row)).toBe(true);
    const [there, goneAgain] = [setChange(2, 'k'), removal(3, 'k')];
    memtable.stage(there, 0);
    memtable.stage(goneAgain, 0);
    expect(isSettled(row)).toBe(false);
    settleRow(row, there);
    settleRow(row, goneAgain);
    expect(isSettled(row)).toBe(true);
  });
});
