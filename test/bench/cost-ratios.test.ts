import { beforeAll, describe, expect, it } from 'vitest';
import { measureCostRatios } from './cost-ratios.js';
import { loadGeneratorFault } from './load-generator.js';

/**
 * Processor time a message beside that of a bare server, with some room for noise: a path that has become a quarter
 * slower is found. Take a figure down when a path has become faster, so that what was won stays won.
 */
const known = { 'echo-ws': 1.1, 'echo-tcp': 2.9, 'get-tcp': 4.2, 'set-tcp': 6.4, 'get-kv': 3.3, 'set-kv': 6 };
const ALLOWED = 1.22;
const MAX_ROUNDS = 4;

const fault = loadGeneratorFault();
if (fault !== undefined) process.stderr.write(`MISSING: ${fault}. The regression gate on speed is SKIPPED.\n`);

describe.skipIf(fault !== undefined)('processor time of a message beside a bare server', () => {
  let ratios: Record<string, number>;

  beforeAll(async () => {
    const bounds = Object.fromEntries(Object.entries(known).map(([name, ratio]) => [name, ratio * ALLOWED]));
    ratios = await measureCostRatios(bounds, MAX_ROUNDS);
    const shown = Object.entries(ratios).map(([name, ratio]) => `${name} ${ratio.toFixed(2)}`);
    process.stdout.write(`times a bare server: ${shown.join(', ')}\n`);
  }, 120_000);

  it.each(Object.entries(known))('%s takes %d times as much', (name, ratio) => {
    expect(ratios[name]).toBeLessThan(ratio * ALLOWED);
  });
});
