import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import { root } from '../rules/source-files.js';
import { bundleEntries, writeChatEntries } from './bundle-entries.js';
import { bundleWithEsbuild, writeEntry } from './bundlers.js';

/** The committed table. */
export const sizesPage = join(root, 'sdk/browser/SIZES.md');

export interface BundleSize {
  readonly about: string;
  readonly minified: number;
  readonly gzip: number;
  readonly brotli: number;
  readonly maxBytes: number;
}

export interface Sizes {
  readonly bundles: readonly BundleSize[];
  /** Bytes, compressed with gzip -9, that one more RPC adds. */
  readonly rpc: number;
  /** What `bare-kv` is made of: minified bytes by part. */
  readonly parts: readonly (readonly [string, number])[];
}

export async function measureSizes(): Promise<Sizes> {
  const bundles: BundleSize[] = [];
  let parts: Sizes['parts'] = [];
  for (const { name, about, source, maxBytes } of bundleEntries) {
    const bundle = await bundleWithEsbuild(writeEntry(name, source));
    const minified = Buffer.byteLength(bundle.code);
    bundles.push({
      about,
      minified,
      gzip: gzipped(bundle.code),
      brotli: brotliCompressSync(bundle.code).length,
      maxBytes,
    });
    if (name === 'bare-kv') parts = partsOf(bundle.parts);
  }
  const [before, after] = await writeChatEntries();
  const rpc = gzipped((await bundleWithEsbuild(after)).code) - gzipped((await bundleWithEsbuild(before)).code);
  return { bundles, rpc, parts };
}

export function gzipped(code: string): number {
  return gzipSync(code, { level: 9 }).length;
}

const partNames: readonly (readonly [RegExp, string])[] = [
  [/generated\/.*\/polywire\/kv\//, 'KvService: codecs and descriptors'],
  [/generated\/dist\/wire\//, 'reading and writing fields, checks'],
  [/generated\//, 'codecs of Hello, packets and errors; error codes'],
  [/sdk\/dist\/core\/packet\//, 'packets, and messages in pieces'],
  [/sdk\/dist\/core\/calls\//, 'calls of one connection, streams, typed clients'],
  [/sdk\/dist\/core\//, 'errors, backoff'],
  [/sdk\/dist\/client\/(resum|built-in)/, 'subscriptions and watches that go on'],
  [/sdk\/dist\/client\/(lasting|call-)/, 'calls that outlive a connection'],
  [/sdk\/dist\/client\/(heartbeat|token)/, 'heartbeats, token refresh'],
  [/sdk\/dist\/client\//, 'reconnecting and resuming, status, control calls'],
  [/sdk\/dist\/browser\//, 'WebSocket, waking up'],
];

function partsOf({ outputs }: Metafile): Sizes['parts'] {
  const sums = new Map<string, number>();
  const [output] = Object.values(outputs);
  for (const [path, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
    const name = partNames.find(([pattern]) => pattern.test(path))?.[1];
    if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
  }
  return [...sums].sort(([, a], [, b]) => b - a);
}

export function renderSizes({ bundles, rpc, parts }: Sizes): string {
  const grouped = (count: number): string => count.toLocaleString('en-US');
  const rows = bundles.map(
    ({ about, minified, gzip, brotli, maxBytes }) =>
      `| ${about} | ${grouped(minified)} | ${grouped(gzip)} | ${grouped(brotli)} | ${grouped(maxBytes)} |`,
  );
  const all = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
  const partRows = parts.map(
    ([name, bytes]) => `| ${name} | ${grouped(bytes)} | ${Math.round((bytes * 100) / all)} % |`,
  );
  return `<!-- Written by \`npm run sizes\`. DO NOT EDIT. -->

# What a page loads

Bytes of one ES module: bundled and minified by esbuild, then compressed with gzip -9, or brotli. \`test/bundle\` measures
it and fails above the limit.

| Bundle | minified | gzip | brotli | limit (gzip) |
| --- | ---: | ---: | ---: | ---: |
${rows.join('\n')}

One more unary RPC of a service, with two texts in its request and a number in its response, adds ${rpc} bytes (gzip).

What the client with \`KvServiceCalls\` is made of, in minified bytes:

| Part | bytes | |
| --- | ---: | ---: |
${partRows.join('\n')}
`;
}

/** The numbers of a page, in order. */
export function numbersOf(page: string): number[] {
  return [...page.matchAll(/\b\d[\d,]*\b/g)].map(([text]) => Number(text.replaceAll(',', '')));
}

export function committedSizes(): string {
  return readFileSync(sizesPage, 'utf8');
}
