import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../server/create-server.js';
import type { BanioHandler } from '../../server/dialects/banio/banio.js';
import type { BanioJson } from '../../server/dialects/banio/payload.js';
import { tcp } from '../../server/listeners.js';
import type { PolywireServer } from '../../server/server.js';
import { lmdb } from '../../server/stores/lmdb.js';
import { temporaryDirectory } from '../kit/run-server.js';
import { findProgram } from '../kit/system-needs.js';
import { root } from '../rules/source-files.js';
import { expectTranscript, runClient, runStep, saySkipped } from './client-program.js';

const folder = join(root, 'test/interop/banio-go');
const program = join(root, '.cache/banio-go');

const TESTS = 'BanIO with a client in Go';
const go = findProgram({ program: 'go', aptPackage: 'golang-go', usedFor: TESTS });
if (go === undefined) saySkipped(TESTS, 'go is not installed: apt-get install golang-go');

const bodyOf = (payload: Uint8Array | undefined): { [key: string]: string } & { data: BanioJson } =>
  JSON.parse(Buffer.from(payload ?? []).toString());

describe.skipIf(go === undefined)('a BanIO client on Go’s own gob, zlib and AES', () => {
  const data = temporaryDirectory();
  const servers = new Map<string, PolywireServer>();

  beforeAll(async () => {
    mkdirSync(join(root, '.cache'), { recursive: true });
    const env = { GOFLAGS: '', GOPROXY: 'off', GOTOOLCHAIN: 'local' };
    const args = ['build', '-o', program, '.'];
    expect(runStep({ program: go as string, args, cwd: folder, env, timeoutMs: 290_000 })).toBe('');
  }, 300_000);

  afterAll(async () => {
    for (const server of servers.values()) await server.close();
    data.remove();
  });

  const serve = async (aesKey: string): Promise<PolywireServer> => {
    let server: PolywireServer | undefined;
    const broadcast: BanioHandler = ({ payload }, peer) => {
      const { action = '', data: value } = bodyOf(payload);
      peer.send('receivers', String(server?.banio?.broadcast(action, value)));
    };
    const request: BanioHandler = async ({ payload }, peer) => {
      const { tag = '', id = '' } = bodyOf(payload);
      const made = (named: string): { id: string } => ({ id: named });
      peer.send('result', await server?.banio?.request({ action: 'go_task', tag, id, data: made }));
    };
    server = await createServer({
      listeners: [tcp({ port: 0, dialect: 'banio' })],
      store: lmdb({ path: join(data.path, aesKey || 'plain') }),
      banio: { aesKey, actions: { test_broadcast: broadcast, test_request: request } },
    });
    servers.set(aesKey, server);
    return server;
  };

  it.each([
    ['without a key', ''],
    ['with AES-128', '000102030405060708090a0b0c0d0e0f'],
    ['with AES-192', '000102030405060708090a0b0c0d0e0f1011121314151617'],
    ['with AES-256', '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'],
  ])('%s sees what the transcript says', { timeout: 60_000 }, async (_, aesKey) => {
    const server = await serve(aesKey);
    const address = new URL(server.addresses[0] as string).host;
    const seen = await runClient(program, aesKey === '' ? [address] : [address, aesKey]);
    expectTranscript(seen, join(folder, 'transcript.txt'));
    // Without a definition, five that are no gob of ours, one that is no zlib stream, one bomb.
    expect(server.banio?.dropped).toEqual({
      gob: 5,
      zlib: 2,
      cipher: 0,
      plain: 0,
      payload: 0,
      refused: 0,
      failed: 0,
      action: 0,
      result: 1,
    });
  });
});
