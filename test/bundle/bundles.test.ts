import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleEntries, MAX_RPC_BYTES } from './bundle-entries.js';
import { committedSizes, measureSizes, numbersOf, renderSizes, type Sizes, sizesPage } from './bundle-sizes.js';
import { bundleWith, bundleWithEsbuild, writeEntry } from './bundlers.js';

/** Part by which a number may differ from the committed one: compressors differ a little between versions of Node. */
const TOLERANCE = 0.02;

describe('the size of a browser bundle', () => {
  let sizes: Sizes;
  beforeAll(async () => {
    sizes = await measureSizes();
    // `npm run sizes` sets it.
    if (process.env.POLYWIRE_WRITE_SIZES !== undefined) writeFileSync(sizesPage, renderSizes(sizes));
  }, 60_000);

  it.each(bundleEntries.map(({ about }, index) => [about, index] as const))('%s is within its limit', (_, index) => {
    const { gzip, maxBytes } = sizes.bundles[index] as Sizes['bundles'][number];
    expect(gzip).toBeLessThanOrEqual(maxBytes);
  });

  it('grows by little for one more RPC', () => {
    expect(sizes.rpc).toBeGreaterThan(0);
    expect(sizes.rpc).toBeLessThanOrEqual(MAX_RPC_BYTES);
  });

  it('is what the committed page says (else: npm run sizes)', () => {
    const [committed, now] = [committedSizes(), renderSizes(sizes)];
    const withoutNumbers = (page: string): string =>
      page.replaceAll(/\d[\d,]*/g, '0').replaceAll(/\| .* \| 0 \| 0 % \|\n/g, '');
    expect(withoutNumbers(committed)).toBe(withoutNumbers(now));
    const numbers = numbersOf(committed).slice(0, 5 + sizes.bundles.length * 4);
    for (const [index, number] of numbersOf(now).slice(0, numbers.length).entries()) {
      expect(Math.abs(number - (numbers[index] ?? 0))).toBeLessThanOrEqual(Math.max(2, number * TOLERANCE));
    }
  });
});

describe('a bundle of everything that a page may import', () => {
  let entry: string;
  beforeAll(() => {
    const all = bundleEntries.map(({ name, source }, index) => {
      writeEntry(name, source);
      return `export * as part${index} from './${name}.js';\n`;
    });
    entry = writeEntry('everything', all.join(''));
  });

  it.each([
    ['esbuild', async () => (await bundleWithEsbuild(entry)).code],
    ['rollup', () => bundleWith('rollup', entry)],
    ['webpack', () => bundleWith('webpack', entry)],
  ] as const)('needs nothing of Node and no eval, made by %s', async (_, bundle) => {
    const code = await bundle();
    expect(code).toContain('polywire.v1');
    expect(code.match(/node:|\bBuffer\b|\bprocess\b|\brequire\(|\beval\(|\bFunction\(/g) ?? []).toEqual([]);
  });
});
