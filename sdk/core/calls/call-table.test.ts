import { describe, expect, it } from 'vitest';
import { CallTable, type Numbered } from './call-table.js';
import { CallTable as SmallCallTable } from './small-call-table.js';

function begin(table: Pick<CallTable<Numbered>, 'nextId' | 'add'>): Numbered {
  const call = { messageId: table.nextId() };
  table.add(call);
  return call;
}

describe.each([
  ['of Node', CallTable],
  ['of pages', SmallCallTable],
])('CallTable %s', (_, CallTable) => {
  it('counts from 1, and finds every one of many', () => {
    const table = new CallTable();
    const calls = Array.from({ length: 1_000 }, () => begin(table));
    expect(calls.map(({ messageId }) => messageId)).toEqual(calls.map((_, index) => index + 1));
    expect(calls.every((call) => table.get(call.messageId) === call)).toBe(true);
    expect(table.get(1_001)).toBeUndefined();
    expect(new Set(table.all())).toEqual(new Set(calls));
    for (const call of calls) table.delete(call);
    expect([table.size, table.all().length]).toEqual([0, 0]);
  });

  it('passes over the places of calls that do not end', () => {
    const table = new CallTable();
    const standing = [begin(table), begin(table)];
    const seen = new Set<number>();
    for (let count = 0; count < 100_000; count++) {
      const call = begin(table);
      seen.add(call.messageId);
      table.delete(call);
    }
    expect(seen.size).toBe(100_000);
    expect(standing.map(({ messageId }) => table.get(messageId))).toEqual(standing);
    expect(table.get(1 + 32)).toBeUndefined();
    expect(table.all().length).toBe(2);
  });

  it('begins again behind the last id there is, without 0', () => {
    const table = new CallTable(0xffff_fffd);
    expect([begin(table), begin(table), begin(table)].map(({ messageId }) => messageId)).toEqual([
      0xffff_fffe, 0xffff_ffff, 1,
    ]);
    expect(table.get(0xffff_ffff)?.messageId).toBe(0xffff_ffff);
  });
});
