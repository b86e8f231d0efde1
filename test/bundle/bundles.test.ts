import { writeFileSync } from 'node:fs';
import type { PolywireError } from '@polywire/sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BundleEntry, bundleEntries, MAX_RPC_BYTES } from './bundle-entries.js';
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

describe('a bundle holds what its entry needs', () => {
  const bundle = async (name: string): Promise<string> => {
    const { source } = bundleEntries.find((each) => each.name === name) as BundleEntry;
    return (await bundleWithEsbuild(writeEntry(name, source))).code;
  };
  const load = async (name: string, source: string): Promise<Record<string, unknown>> => {
    const { code } = await bundleWithEsbuild(writeEntry(name, source));
    return import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
  };

  it('has code of streams for a service with streams alone', async () => {
    const ofStreams = /wait to be read \(maxStreamBytes\)/;
    expect(await bundle('once-kv')).toMatch(ofStreams);
    expect(await bundle('once-data')).not.toMatch(ofStreams);
    expect(await bundle('bare-data')).not.toMatch(ofStreams);
  });

  it.each([
    ['once', 'CODE_5'],
    ['bare', 'NOT_FOUND'],
  ])('%s calls a code %s', async (name, codeName) => {
    const names = name === 'once' ? 'connectOnce' : 'connect';
    const source = `export { ${names}, PolywireError } from '@polywire/sdk/${name}';\n`;
    const { PolywireError: Made } = (await load(`error-${name}`, source)) as { PolywireError: typeof PolywireError };
    const error = Made.fromMessage(5, { code: 5, message: 'no such key', details: new Map(), retryAfterMs: 20 });
    expect(error).toMatchObject({ code: 5, codeName, message: 'no such key', retryAfterMs: 20, retryable: false });
  });
});
