/**
 * A table of numbers, from runs in which the value grows by one.
 * @param runs the first value of each run and then its keys; a negative number stands for so many keys that each are one more
 */
export function fromRuns(runs: readonly (readonly number[])[]): Readonly<Record<number, number>> {
  const table: Record<number, number> = {};
  for (const [first = 0, ...keys] of runs) {
    let [key, value] = [0, first];
    for (const next of keys) {
      for (let more = next; more < 0; more++) table[++key] = value++;
      if (next < 0) continue;
      key = next;
      table[key] = value++;
    }
  }
  return table;
}
