import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureAllocations } from './allocations.js';
import { Bench } from './bench.js';

/**
 * Bytes a message. A path may take a fifth more; take a figure down when a path has become lighter, so that what was won
 * stays won.
 */
const known = {
  'native echo': 300,
  'native get': 220,
  'native set': 470,
  'native publish': 945,
  'kv get': 120,
  'kv set': 432,
};
const ALLOWED = 1.2;

describe('memory that a message takes on its way through the server', () => {
  const bench = new Bench({ seconds: 1 });
  let found: Record<string, number>;

  beforeAll(async () => {
    found = await measureAllocations(bench);
    process.stdout.write(`bytes a message: ${JSON.stringify(found)}\n`);
  }, 60_000);
  afterAll(() => bench.close());

  it.each(Object.entries(known))('%s stays at %i bytes', (name, bytes) => {
    expect(found[name]).toBeLessThan(bytes * ALLOWED);
    expect(found[name]).toBeGreaterThan(0);
  });
});
