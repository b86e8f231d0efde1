import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emitValidators } from './emit-validators.js';
import { messagesOf } from './messages-of.js';
import { buildImage, buildTexts, type ImageContext, imageContext, ownSchemaDir } from './testing/image-context.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const proto = `
syntax = "proto3";
package t.v1;
import "polywire/options/v1/options.proto";
message Tree {
  string name = 1 [(polywire.options.v1.field) = {max_len: 3}];
  repeated Tree children = 2;
  string constructor = 3;
  string title = 4;
  string description = 5 [(polywire.options.v1.field) = {max_len: 2}];
  oneof side { int64 left = 6; Leaf right = 7; }
}
message Leaf { int32 size = 1; }
`;

interface Check {
  valid: boolean;
  errors: { instancePath: string; keyword: string }[] | null;
}

/** Bundles one validator and runs it where strings cannot become code. */
function load(directory: string, typeName: string): (value: unknown) => Check {
  const bundle = buildSync({
    stdin: {
      contents: `import { validate } from './src/validators/${typeName}.ts';
        globalThis.check = (text) => JSON.stringify({ valid: validate(JSON.parse(text)), errors: validate.errors });`,
      resolveDir: directory,
    },
    bundle: true,
    format: 'iife',
    write: false,
  });
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
  expect(() => runInContext('new Function("return 1")', context)).toThrow('Code generation from strings');
  runInContext(bundle.outputFiles[0]!.text, context);
  return (value) => JSON.parse(context.check(JSON.stringify(value)));
}

function write(context: ImageContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'polywire-validators-'));
  for (const [path, content] of context.emitted) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

describe('emitValidators', () => {
  let own: ImageContext;
  const directories: string[] = [];

  beforeAll(() => {
    own = imageContext(buildImage(ownSchemaDir));
    emitValidators(own);
  });
  afterAll(() => {
    for (const directory of directories) rmSync(directory, { recursive: true });
  });

  it('writes one module a message and two shared ones', () => {
    const names = messagesOf(own.files).map((message) => message.typeName);
    const wellKnown = names.filter((name) => name.startsWith('google.protobuf.'));
    expect(own.emitted.size).toBe(names.length - wellKnown.length + 2);
    expect(own.emitted.has('src/validators/polywire.kv.v1.SetRequest.ts')).toBe(true);
  });

  it.each([/\brequire\b/, /\beval\b/, /\bFunction\b/, /\bimport\(/])('no module has %s', (forbidden) => {
    for (const [path, content] of own.emitted) expect([path, forbidden.exec(content)?.[0]]).toEqual([path, undefined]);
  });

  it('numbers the functions of a message without regard to other messages', () => {
    const one = imageContext(buildTexts({ 't/v1/t.proto': proto }));
    const two = imageContext(
      buildTexts({
        't/v1/t.proto': proto,
        'a/v1/a.proto': 'syntax = "proto3"; package a.v1; message A { string a = 1; }',
      }),
    );
    emitValidators(one);
    emitValidators(two);
    const path = 'src/validators/t.v1.Tree.ts';
    expect(two.emitted.get(path)).toBe(one.emitted.get(path));
    expect(two.emitted.size).toBe(one.emitted.size + 1);
  });

  describe('without code generation', () => {
    let check: (value: unknown) => Check;
    beforeAll(() => {
      const context = imageContext(buildTexts({ 't/v1/t.proto': proto }));
      emitValidators(context);
      const directory = write(context);
      directories.push(directory);
      check = load(directory, 't.v1.Tree');
    });

    it.each([
      [{}, true, undefined],
      [{ name: '😀😀😀' }, true, undefined],
      [{ name: '😀😀😀a' }, false, ['/name', 'maxLength']],
      [{ name: 'abcd' }, false, ['/name', 'maxLength']],
      [{ name: '\ud83d\ud83d\ud83da' }, false, ['/name', 'maxLength']],
      [{ children: [{}, { name: 1 }] }, false, ['/children/1/name', 'type']],
      [{ children: [{ children: [{ title: 'x' }] }] }, true, undefined],
      [{ description: 'abc' }, false, ['/description', 'maxLength']],
      [{ constructor: 'x' }, true, undefined],
      [{ left: '5', right: {} }, false, ['/right', 'false schema']],
      [{ other: 1 }, false, ['', 'additionalProperties']],
      [JSON.parse('{"__proto__": 1}'), false, ['', 'additionalProperties']],
      [null, false, ['', 'type']],
    ])('%j is %s', (value, valid, first) => {
      const result = check(value);
      expect(result.valid).toBe(valid);
      const error = result.errors?.[0];
      expect(error && [error.instancePath, error.keyword]).toEqual(first);
    });
  });

  it('goes through a strict TypeScript build, with typed declarations', () => {
    const directory = write(own);
    directories.push(directory);
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
    writeFileSync(
      join(directory, 'tsconfig.json'),
      JSON.stringify({
        extends: join(root, 'tsconfig.base.json'),
        compilerOptions: { rootDir: 'src', outDir: 'dist', lib: ['ES2023'] },
        include: ['src'],
      }),
    );
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', directory], { stdio: 'pipe' });
    const types = readFileSync(join(directory, 'dist/validators/polywire.config.v1.Config.d.ts'), 'utf8');
    expect(types).toContain('export declare const validate: Validator;');
    expect(types.match(/export/g)).toHaveLength(1);
    const built = readFileSync(join(directory, 'dist/validators/polywire.config.v1.Config.js'), 'utf8');
    expect(built).toContain('export const validate = ');
  });
});
