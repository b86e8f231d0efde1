import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inflateZstd } from '../../../server/dialects/msgtrans/zstd/inflate-zstd.js';
import { nodeVersion } from '../../kit/node-versions.js';
import { temporaryDirectory } from '../../kit/run-server.js';
import { root } from '../../rules/source-files.js';

const node = nodeVersion(22);
const MAX_BYTES = 64 << 20;

/** Runs on Node 22, which has zstd's own library: writes contents and their frames into a folder. */
const script = `
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { constants, zstdCompressSync } from 'node:zlib';
const [, , out, suites] = process.argv;
let state = 1;
const random = () => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return state / 2 ** 32;
};
const makers = [
  () => random() * 256,
  () => random() * 4,
  () => (random() < 0.98 ? 65 : random() * 256),
  (at) => at % 7,
  () => -Math.log(random() + 1e-9) * 10,
];
const contents = readdirSync(suites).map((name) => readFileSync(suites + '/' + name).subarray(0, 400000));
for (let index = 0; index < 60; index++) {
  const bytes = Buffer.alloc(Math.floor(random() ** 3 * 300000));
  for (let at = 0; at < bytes.length; at++) bytes[at] = makers[index % makers.length](at);
  contents.push(bytes);
}
let count = 0;
for (const content of contents) {
  for (const level of [-7, 1, 3, 9, 19]) {
    const params = {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: count % 2,
      [constants.ZSTD_c_contentSizeFlag]: count % 3 === 0 ? 0 : 1,
    };
    writeFileSync(out + '/' + count + '.content', content);
    writeFileSync(out + '/' + count + '.frame', zstdCompressSync(content, { params }));
    count++;
  }
}
`;

describe(`frames of zstd's own library${node.path === undefined ? ` (SKIPPED: ${node.reason})` : ''}`, () => {
  it.skipIf(node.path === undefined)('are inflated to what they were', { timeout: 120_000 }, () => {
    const work = temporaryDirectory();
    mkdirSync(work.path, { recursive: true });
    const args = ['--input-type=module', '-', work.path, join(root, 'test/conformance/suites')];
    const made = spawnSync(node.path as string, args, { input: script, encoding: 'utf8', timeout: 60_000 });
    expect(made.stderr).toBe('');
    const frames = readdirSync(work.path).filter((name) => name.endsWith('.frame'));
    expect(frames.length).toBeGreaterThan(300);
    for (const name of frames) {
      const content = readFileSync(join(work.path, name.replace('.frame', '.content')));
      const inflated = inflateZstd(readFileSync(join(work.path, name)), MAX_BYTES);
      if (!Buffer.from(inflated).equals(content)) expect.fail(`${name} came out as something else`);
    }
    work.remove();
  });
});
