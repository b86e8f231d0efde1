import { plannedContents } from './kill-plan.js';

/**
 * What is wrong with the space of a writer, if anything: it holds what was acknowledged, or that and the one write that was
 * on its way, and nothing else.
 * @param entries keys and values
 * @param place of its last acknowledged write; 0: none
 */
export function faultOfSpace(
  entries: readonly (readonly [string, string])[],
  writer: number,
  place: number,
): string | undefined {
  const actual = describeContents(entries);
  const allowed = [place, place + 1].map((count) => describeContents([...plannedContents(writer, count)]));
  return allowed.includes(actual) ? undefined : `after ${place} acknowledged writes: ${actual}`;
}

function describeContents(entries: readonly (readonly [string, string])[]): string {
  return JSON.stringify([...entries].sort(([left], [right]) => (left < right ? -1 : 1)));
}
