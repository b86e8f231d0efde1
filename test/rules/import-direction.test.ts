import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, type SourceFile, sourceFiles } from './source-files.js';

// What each part may import of the others. Parts are found by the longest matching folder.
const allowed: Readonly<Record<string, readonly string[]>> = {
  generated: [],
  'codegen/runtime': [],
  codegen: ['codegen/runtime'],
  'sdk/core': ['generated'],
  'sdk/client': ['generated', 'sdk/core'],
  'sdk/browser': ['generated', 'sdk/core', 'sdk/client'],
  'sdk/node': ['generated', 'sdk/core', 'sdk/client'],
  'sdk/testing': ['generated', 'sdk/core', 'sdk/client'],
  server: ['generated', 'sdk/core'],
  'test/conformance': ['generated', 'sdk/core', 'sdk/node'],
  cli: ['generated', 'sdk/core', 'sdk/node', 'server', 'codegen', 'test/conformance'],
};

const partOfPackage: Readonly<Record<string, string>> = {
  '@polywire/protocol': 'generated',
  '@polywire/codegen': 'codegen',
  '@polywire/sdk/core': 'sdk/core',
  '@polywire/sdk/testing': 'sdk/testing',
  '@polywire/sdk': 'sdk/node',
  '@polywire/server': 'server',
  '@polywire/conformance': 'test/conformance',
};

const longestFirst = (a: string, b: string): number => b.length - a.length;
const parts = Object.keys(allowed).sort(longestFirst);
const packages = Object.keys(partOfPackage).sort(longestFirst);

function partOfPath(path: string): string | undefined {
  return parts.find((part) => path === part || path.startsWith(`${part}/`));
}

function partOfImport(file: SourceFile, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return partOfPath(posix.join(posix.dirname(file.path), specifier));
  const name = packages.find((known) => specifier === known || specifier.startsWith(`${known}/`));
  return name === undefined ? undefined : partOfPackage[name];
}

/** Imports that go backwards, as `file -> specifier`. */
function backwardImports(files: readonly SourceFile[]): string[] {
  const found: string[] = [];
  for (const file of files) {
    const from = partOfPath(file.path);
    if (from === undefined) continue;
    for (const specifier of importsOf(file)) {
      const to = partOfImport(file, specifier);
      if (to !== undefined && to !== from && !(allowed[from] ?? []).includes(to))
        found.push(`${file.path} -> ${specifier}`);
    }
  }
  return found;
}

describe('imports go one way', () => {
  const isProduct = (file: SourceFile): boolean => !/\.(test|cases)\.ts$/.test(file.path);

  it.each(['generated', 'codegen', 'sdk', 'server', 'test/conformance', 'cli'])('%s', (folder) => {
    const files = sourceFiles(folder).filter(isProduct);
    expect(files.length).toBeGreaterThan(5);
    expect(backwardImports(files)).toEqual([]);
  });

  it.each([
    ['sdk/core/x.ts', "import { a } from '../client/client.js';"],
    ['server/x.ts', "import { connect } from '@polywire/sdk';"],
    ['sdk/client/x.ts', "export * from '@polywire/server';"],
    ['generated/src/x.ts', "const core = await import('@polywire/sdk/core');"],
    ['cli/src/x.ts', "import '@polywire/sdk/testing';"],
  ])('finds the backward import in %s', (path, text) => {
    expect(backwardImports([{ path, text }])).toHaveLength(1);
  });
});
