import { describe, expect, it } from 'vitest';
import { CallTable, type Numbered } from './call-table.js';

class Call implements Numbered {
  next: this | undefined = undefined;

  constructor(readonly messageId: number) {}
}

describe('CallTable', () => {
  it('keeps calls whose ids share a place, whichever ends first', () => {
    const ids = [5, 21, 37, 0xffff_fff5];
    for (const gone of ids) {
      const table = new CallTable<Call>();
      const calls = ids.map((id) => new Call(id));
      for (const call of calls) table.add(call);
      table.delete(calls[ids.indexOf(gone)] as Call);
      expect(ids.filter((id) => table.get(id) !== undefined)).toEqual(ids.filter((id) => id !== gone));
      expect(table.size).toBe(3);
    }
  });

  it('holds nothing of a call that has ended', () => {
    const table = new CallTable<Call>();
    const [first, second] = [new Call(1), new Call(17)];
    table.add(first);
    table.add(second);
    table.delete(second);
    expect(second.next).toBeUndefined();
    expect(table.all()).toEqual([first]);
  });

  it('finds every one of many', () => {
    const table = new CallTable<Call>();
    const calls = Array.from({ length: 1_000 }, (_, index) => new Call(index * 3 + 1));
    for (const call of calls) table.add(call);
    expect(calls.every((call) => table.get(call.messageId) === call)).toBe(true);
    expect(table.get(2)).toBeUndefined();
    expect(table.all().length).toBe(1_000);
    for (const call of calls) table.delete(call);
    expect([table.size, table.all().length]).toEqual([0, 0]);
  });
});
