// Says what of this checkout is built: its packages compiled, and bundle/ made of what they were last compiled to.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const record = join(root, 'cli/bundle/built-from.json');

/** Packages that the command line loads: the compiler's record of each, and where its source is. */
const bundled = [
  { built: 'generated/tsconfig.tsbuildinfo', sources: ['generated/src', 'generated/tsconfig.json'] },
  { built: 'sdk/dist/core/tsconfig.tsbuildinfo', sources: ['sdk/core'] },
  {
    built: 'sdk/dist/tsconfig.tsbuildinfo',
    sources: ['sdk/client', 'sdk/browser', 'sdk/node', 'sdk/testing', 'sdk/tsconfig.json'],
  },
  { built: 'server/dist/tsconfig.tsbuildinfo', sources: ['server'] },
  { built: 'cli/tsconfig.tsbuildinfo', sources: ['cli/src', 'cli/tsconfig.json'] },
];
const besides = [
  {
    built: 'codegen/dist/tsconfig.tsbuildinfo',
    sources: ['codegen/src', 'codegen/runtime', 'codegen/tsconfig.json'],
  },
  {
    built: 'test/conformance/tsconfig.tsbuildinfo',
    sources: ['test/conformance/src', 'test/conformance/tsconfig.json'],
  },
];
/** What else changes the bundle: the versions of packages of others among it. */
const inputs = ['cli/scripts/bundle.js', 'cli/package.json', 'package-lock.json'];

/** True: no source has changed since it was compiled. As the compiler, it looks at times of change. */
export function isCompiled() {
  const settings = changedAtMs('tsconfig.base.json');
  return [...bundled, ...besides].every(({ built, sources }) => {
    const builtAtMs = changedAtMs(built);
    return settings < builtAtMs && sources.every((path) => lastChangeMs(path) < builtAtMs);
  });
}

/** Times of change by path, as text; empty when something is not compiled. */
export function stateOfInputs() {
  const times = [...bundled.map(({ built }) => built), ...inputs].map((path) => [path, changedAtMs(path)]);
  return times.some(([, time]) => time === 0) ? '' : JSON.stringify(Object.fromEntries(times), undefined, 2);
}

export function isBundleCurrent() {
  try {
    return readFileSync(record, 'utf8') === stateOfInputs();
  } catch {
    return false;
  }
}

/** When a file or anything in a folder changed; a folder does when a file comes or goes. */
function lastChangeMs(path) {
  const own = changedAtMs(path);
  if (path.endsWith('.json')) return own;
  return readdirSync(join(root, path), { withFileTypes: true }).reduce((last, entry) => {
    if (entry.isDirectory() && entry.name !== 'dist' && entry.name !== 'node_modules') {
      return Math.max(last, lastChangeMs(`${path}/${entry.name}`));
    }
    const isSource = entry.name.endsWith('.ts') && !/\.(test|cases)\.ts$/.test(entry.name);
    return isSource || entry.name === 'tsconfig.json' ? Math.max(last, changedAtMs(`${path}/${entry.name}`)) : last;
  }, own);
}

/** 0 for what is not there. */
function changedAtMs(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
