import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable } from '@polywire/protocol/errors';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { root, sourceFiles } from './source-files.js';

const names = Object.keys(ErrorCode).filter((name) => name !== 'UNSPECIFIED');
const product = [
  ...sourceFiles('sdk'),
  ...sourceFiles('server'),
  ...sourceFiles('cli'),
  ...sourceFiles('codegen'),
].filter(({ path }) => !/\.(test|cases)\.ts$/.test(path));

describe('error codes', () => {
  it('the table has exactly the codes of the schema', () => {
    expect(
      Object.values(errorTable)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...names].sort());
  });

  it.each(names)('%s is documented with a hint', (name) => {
    const facts = errorTable[ErrorCode[name as keyof typeof ErrorCode]];
    expect(facts?.hint).toMatch(/^[A-Z].*\.$/);
    expect(facts?.description).not.toBe('');
    expect(readFileSync(join(root, 'generated/docs/error-codes.md'), 'utf8')).toContain(name);
  });

  it.each(names)('%s is used by the product', (name) => {
    const used = product.filter(({ text }) => new RegExp(`ErrorCode\\.${name}\\b|['"]${name}['"]`).test(text));
    expect(used.map(({ path }) => path)).not.toEqual([]);
  });
});
