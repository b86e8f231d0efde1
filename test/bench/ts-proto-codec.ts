import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../rules/source-files.js';

let made: Promise<string> | undefined;

/**
 * What ts-proto makes of the older KV wire with its own codecs, for comparison with ours.
 * @returns path of a module that exports `Set`
 */
export async function tsProtoCodec(): Promise<string> {
  made ??= generate();
  return await made;
}

async function generate(): Promise<string> {
  const folder = join(root, '.cache/bench/ts-proto');
  mkdirSync(folder, { recursive: true });
  const plugin = { local: join(root, 'node_modules/.bin/protoc-gen-ts_proto'), out: folder, opt: ['env=node'] };
  const template = join(folder, 'buf.gen.yaml');
  // JSON is YAML, too.
  writeFileSync(template, JSON.stringify({ version: 'v2', plugins: [plugin] }));
  const args = ['generate', 'schema', '--template', template, '--path', 'schema/legacy/kv/v1/cmd.proto'];
  const run = spawnSync(join(root, 'node_modules/.bin/buf'), args, { cwd: root, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`ts-proto: ${run.stderr}`);
  const outfile = join(folder, 'cmd.mjs');
  await build({
    entryPoints: [join(folder, 'legacy/kv/v1/cmd.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  return outfile;
}
