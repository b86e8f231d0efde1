import { describe, expect, it } from 'vitest';
import { Shares } from './shares.js';

describe('shares', () => {
  it('give up what came first of who has most', () => {
    const shares = new Shares<string>();
    expect(shares.oldestOfMost).toBe(undefined);
    for (const thing of ['b1', 'a1', 'a2', 'b2', 'a3']) shares.add(thing[0] as string, thing);
    expect(shares.oldestOfMost).toBe('a1');
    shares.delete('a', 'a1');
    shares.delete('a', 'a1');
    shares.delete('a', 'a2');
    expect(shares.oldestOfMost).toBe('b1');
    for (const thing of ['b1', 'b2', 'a3']) shares.delete(thing[0] as string, thing);
    expect(shares.oldestOfMost).toBe(undefined);
  });

  it('agree with a count of all, whatever comes and goes', () => {
    let state = 7;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % limit;
    };
    const shares = new Shares<number>();
    const all: { owner: string; thing: number }[] = [];
    for (let step = 0; step < 5_000; step++) {
      if (below(2) === 0 || all.length === 0) {
        const added = { owner: `${below(6)}`, thing: step };
        all.push(added);
        shares.add(added.owner, added.thing);
      } else {
        const [gone] = all.splice(below(all.length), 1);
        if (gone !== undefined) shares.delete(gone.owner, gone.thing);
      }
      const counts = new Map<string, number>();
      for (const { owner } of all) counts.set(owner, (counts.get(owner) ?? 0) + 1);
      const most = Math.max(0, ...counts.values());
      const firsts = [...counts]
        .filter(([, count]) => count === most)
        .map(([owner]) => all.find((each) => each.owner === owner)?.thing);
      if (most === 0) expect(shares.oldestOfMost).toBe(undefined);
      else expect(firsts).toContain(shares.oldestOfMost);
    }
  });
});
