// Says whether bundle/ holds what the packages of this checkout were last compiled to.
import { readFileSync, statSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const record = new URL('../bundle/built-from.json', import.meta.url);

/** What changes whenever something in the bundle does: a compiler's record for each package, and the versions of others. */
const inputs = [
  'generated/tsconfig.tsbuildinfo',
  'sdk/dist/core/tsconfig.tsbuildinfo',
  'sdk/dist/tsconfig.tsbuildinfo',
  'server/dist/tsconfig.tsbuildinfo',
  'cli/tsconfig.tsbuildinfo',
  'cli/scripts/bundle.js',
  'cli/package.json',
  'package-lock.json',
];

/** Times of change by path, as text; empty where something is not compiled. */
export function stateOfInputs() {
  const times = inputs.map((path) => [path, statSync(new URL(path, root), { throwIfNoEntry: false })?.mtimeMs]);
  return times.some(([, time]) => time === undefined) ? '' : JSON.stringify(Object.fromEntries(times), undefined, 2);
}

export function isBundleCurrent() {
  try {
    return readFileSync(record, 'utf8') === stateOfInputs();
  } catch {
    return false;
  }
}
