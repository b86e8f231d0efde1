import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../rules/source-files.js';
import { startFlags } from './bench.js';

it.each(['package.json', 'cli/bin/run.js', 'cli/src/lib/bench/helper-process.ts'])(
  'servers are measured with the flags that %s gives to Node',
  (path) => {
    const given = readFileSync(join(root, path), 'utf8').match(/--max-[a-z-]+=\d+/g);
    expect(given).toEqual(startFlags);
  },
);
