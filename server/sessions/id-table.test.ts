import { expect, it } from 'vitest';
import { IdTable } from './id-table.js';

interface Thing {
  readonly sessionId: string;
  readonly of: number;
}

/** Ids of few beginnings, so that many have the same home slot. */
const idOf = (index: number): string => `${(index % 7).toString().padEnd(8, 'x')}-${index}`;

it('finds, replaces and removes as a Map does, whatever collides', () => {
  const table = new IdTable<Thing>();
  const map = new Map<string, Thing>();
  let seed = 1;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  for (let step = 0; step < 6_000; step++) {
    const thing = { sessionId: idOf(random(400)), of: step };
    if (random(5) < 3) {
      table.set(thing);
      map.set(thing.sessionId, thing);
    } else {
      table.delete(thing.sessionId);
      map.delete(thing.sessionId);
    }
    if (step % 50 === 0) {
      for (let index = 0; index < 400; index++) expect(table.get(idOf(index))).toBe(map.get(idOf(index)));
      expect(new Set(table)).toEqual(new Set(map.values()));
    }
    expect(table.size).toBe(map.size);
  }
  for (const sessionId of [...map.keys()]) table.delete(sessionId);
  expect([...table]).toEqual([]);
  expect(table.size).toBe(0);
});

it('has no thing for an id that it does not know, also an empty one', () => {
  const table = new IdTable<Thing>();
  expect(table.get('')).toBeUndefined();
  table.delete('a');
  table.set({ sessionId: '', of: 1 });
  expect(table.get('')).toMatchObject({ of: 1 });
  expect(table.get('a')).toBeUndefined();
});
