import { describe, expect, it } from 'vitest';
import { RecordIndex } from './record-index.js';

/** Finds the record with one address among those with the same hash. */
function find(index: RecordIndex, hash: number, wanted: number): number {
  return index.find(hash, { matches: (address) => address === wanted });
}

describe('RecordIndex', () => {
  it('finds what was added, and nothing else, also while all share a hash', () => {
    const index = new RecordIndex();
    for (const hash of [0, 7, -1, 0x7fffffff, -0x80000000]) {
      for (let address = 1; address <= 40; address++) index.add(hash, address);
    }
    for (const hash of [0, 7, -1, 0x7fffffff, -0x80000000]) {
      for (let address = 1; address <= 40; address++) expect(find(index, hash, address)).toBe(address);
      expect(find(index, hash, 41)).toBe(0);
      expect(find(index, hash ^ 2, 1)).toBe(0);
    }
  });

  it('agrees with a model over additions, moves and removals, in few places and in many', () => {
    for (const spread of [0x3, 0xff, -1]) {
      const index = new RecordIndex();
      const model = new Map<number, number>();
      let state = 99;
      const next = (): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
        // The low bits of such a number hardly vary.
        return state ^ (state >>> 15);
      };
      let address = 0;
      for (let step = 0; step < 40_000; step++) {
        // It grows to thousands, then shrinks to nothing.
        const grows = (next() >>> 4) % 100 < (step < 20_000 ? 70 : 25);
        const [oldest] = model;
        if (grows || oldest === undefined) {
          const hash = next() & spread;
          if (model.size > (spread === 3 ? 200 : 5_000)) continue;
          index.add(hash, ++address);
          model.set(address, hash);
        } else if (step % 5 === 0) {
          index.move(oldest[1], oldest[0], ++address);
          model.delete(oldest[0]);
          model.set(address, oldest[1]);
        } else {
          index.remove(oldest[1], oldest[0]);
          model.delete(oldest[0]);
          expect(find(index, oldest[1], oldest[0])).toBe(0);
        }
        if (step % 1_000 !== 0) continue;
        for (const [known, hash] of model) if (find(index, hash, known) !== known) expect.fail(`${known} is lost`);
      }
      for (const [known, hash] of model) index.remove(hash, known);
      for (const [known, hash] of model) expect(find(index, hash, known)).toBe(0);
    }
  });
});
