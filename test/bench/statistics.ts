/** The middle of several rounds, and how far apart they were. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws RangeError when there are no values */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new RangeError('no values');
  return { median: (low + high) / 2, min: sorted[0] as number, max: sorted.at(-1) as number };
}

/** Medians of what only some samples have. */
export function medianOf<Item>(
  items: readonly Item[],
  pick: (item: Item, index: number) => number | undefined,
): number | undefined {
  const values = items.map(pick).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : spread(values).median;
}
