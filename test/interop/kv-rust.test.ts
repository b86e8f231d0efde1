import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createServer } from '../../server/create-server.js';
import { tcp } from '../../server/listeners.js';
import type { PolywireServer } from '../../server/server.js';
import { findProgram } from '../kit/system-needs.js';
import { root } from '../rules/source-files.js';
import { expectTranscript, runClient, runStep, saySkipped } from './client-program.js';

const folder = join(root, 'test/interop/kv-rust');
const target = join(root, '.cache/kv-rust');
const TESTS = 'the KV wire with a client in Rust';

const cargo = findProgram({ program: 'cargo', aptPackage: 'cargo', usedFor: TESTS });
/** Why its packages are not there: a machine without a network cannot have them. */
const missing =
  cargo === undefined
    ? 'cargo is not installed: https://rustup.rs'
    : runStep({ program: cargo, args: ['fetch', '--locked', '--quiet'], cwd: folder, timeoutMs: 120_000 });
if (missing !== '') saySkipped(TESTS, missing);

describe.skipIf(missing !== '')('a KV client on prost and tokio’s length-delimited codec', () => {
  let server: PolywireServer | undefined;
  afterEach(async () => {
    await server?.close();
  });

  it('builds from what is locked', { timeout: 300_000 }, () => {
    const args = ['build', '--locked', '--offline', '--quiet', '--target-dir', target];
    expect(runStep({ program: cargo as string, args, cwd: folder, timeoutMs: 290_000 })).toBe('');
  });

  it.each([
    ['default', {}],
    ['topics', { publishSubscribe: true }],
  ])('sees what the transcript of %s says', { timeout: 60_000 }, async (scenario, kvWire) => {
    server = await createServer({ listeners: [tcp({ port: 0, dialect: 'kv' })], kvWire });
    const address = new URL(server.addresses[0] as string).host;
    const seen = await runClient(join(target, 'debug/kv-rust'), [address, scenario]);
    expectTranscript(seen, join(folder, `transcript-${scenario}.txt`));
  });
});
