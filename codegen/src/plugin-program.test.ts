import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { SchemaFolder } from './testing/schema-folder.js';

const program = fileURLToPath(new URL('../bin/protoc-gen-polywire.js', import.meta.url));

let folder: SchemaFolder;
afterEach(() => folder.remove());

/** Runs buf with the plugin. @returns what it complains about */
function bufGenerate(schema: string): string {
  folder = new SchemaFolder({ 'a.proto': schema });
  const plugin = { local: [process.execPath, program], out: folder.outDir, strategy: 'all' };
  folder.write('buf.gen.yaml', JSON.stringify({ version: 'v2', inputs: [{ directory: 'proto' }], plugins: [plugin] }));
  try {
    const buf = join(folder.path, 'node_modules/.bin/buf');
    execFileSync(buf, ['generate'], { cwd: folder.path, stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stderr: Buffer }).stderr);
  }
}

describe('protoc-gen-polywire', { timeout: 60_000 }, () => {
  it('is a plugin for buf and protoc', () => {
    expect(bufGenerate('syntax = "proto3"; package a.v1; message M { string a = 1; optional uint32 b = 2; }')).toBe('');
    const files = folder.files('generated');
    expect(files.get('src/codecs/a.ts')).toContain('export const MCodec');
    expect(files.has('src/messages/a.ts')).toBe(false);
  });

  it('names the place of a mistake', () => {
    expect(bufGenerate('syntax = "proto3";\npackage a.v1;\nservice S {}\n')).toContain(
      'a.proto:3:1: service S needs an id',
    );
  });
});
