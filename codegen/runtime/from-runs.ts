/**
 * A table of numbers, from runs in which key and value both grow by one.
 * @param runs first key, first value and length of each run, one after the other
 */
export function fromRuns(runs: readonly number[]): Readonly<Record<number, number>> {
  const table: Record<number, number> = {};
  for (let at = 0; at < runs.length; at += 3) {
    const [key, value, length] = runs.slice(at) as [number, number, number];
    for (let index = 0; index < length; index++) table[key + index] = value + index;
  }
  return table;
}
