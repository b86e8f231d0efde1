/** A number from 0 to `below` - 1; the same seed gives the same numbers. */
export type Random = (below: number) => number;

export function mulberry32(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[random(items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** Two that are always the same, and one of the moment. POLYWIRE_SEED repeats a run. */
export function randomSeeds(): number[] {
  return process.env.POLYWIRE_SEED?.split(',').map(Number) ?? [1, 2, Date.now() % 1_000_000];
}
