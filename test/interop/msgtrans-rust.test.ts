import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createServer } from '../../server/create-server.js';
import type { MsgTransOptions } from '../../server/dialects/msgtrans/msgtrans.js';
import { quic, tcp, ws } from '../../server/listeners.js';
import type { PolywireServer } from '../../server/server.js';
import { quicLoads, whyNot } from '../../server/transports/quic/quic-peer.cases.js';
import { findProgram } from '../kit/system-needs.js';
import { root } from '../rules/source-files.js';
import { expectTranscript, runClient, runStep, saySkipped } from './client-program.js';

const folder = join(root, 'test/interop/msgtrans-rust');
const target = join(root, '.cache/msgtrans-rust');
const TESTS = 'MsgTrans with the published crate';
/** Its packages are many: about a minute and a half of one processor. */
const BUILD_TIMEOUT_MS = 600_000;

const cargo = findProgram({ program: 'cargo', aptPackage: 'cargo', usedFor: TESTS });
/** Why its packages are not there: a machine without a network cannot have them. */
const missing =
  cargo === undefined
    ? 'cargo is not installed: https://rustup.rs'
    : runStep({ program: cargo, args: ['fetch', '--locked', '--quiet'], cwd: folder, timeoutMs: 120_000 });
if (missing !== '') saySkipped(TESTS, missing);

const make = { tcp, ws, quic } as const;

describe.skipIf(missing !== '')('a client on the crate msgtrans 1.0.10', () => {
  let server: PolywireServer | undefined;
  afterEach(async () => {
    await server?.close();
  });

  /** What the client prints of a server of its own. */
  const talk = async (
    transport: 'tcp' | 'ws' | 'quic-bidi' | 'quic-uni',
    scenario: 'echo' | 'ask',
    msgtrans: MsgTransOptions = {},
  ): Promise<string> => {
    const kind = transport.replace(/-.*/, '') as keyof typeof make;
    server = await createServer({ listeners: [make[kind]({ port: 0, dialect: 'msgtrans' })], msgtrans });
    const [url = ''] = server.addresses;
    const address = kind === 'ws' ? url : new URL(url).host;
    return await runClient(join(target, 'debug/msgtrans-rust'), [transport, address, scenario]);
  };

  it('builds from what is locked', { timeout: BUILD_TIMEOUT_MS + 10_000 }, () => {
    const args = ['build', '--locked', '--offline', '--quiet', '--target-dir', target];
    expect(runStep({ program: cargo as string, args, cwd: folder, timeoutMs: BUILD_TIMEOUT_MS })).toBe('');
  });

  // The crate loses a greeting that comes before its connecting is over: on a busy machine it may be late.
  const patient = { timeout: 60_000, retry: 3 };

  it.each(['tcp', 'ws'] as const)('is echoed over %s as the transcript says', patient, async (transport) => {
    expectTranscript(await talk(transport, 'echo'), join(folder, 'transcript-echo.txt'));
    expect(server?.msgtrans.counts).toEqual({ failed: 0, notInflated: 1, notPackets: 0 });
  });

  it('is echoed over tcp as the transcript says, also with one_packet_a_write = false', patient, async () => {
    expectTranscript(await talk('tcp', 'echo', { onePacketAWrite: false }), join(folder, 'transcript-echo.txt'));
    expect(server?.msgtrans.counts).toEqual({ failed: 0, notInflated: 1, notPackets: 0 });
  });

  it.each(['tcp', 'ws'] as const)('is asked over %s before it is answered', { timeout: 60_000 }, async (transport) => {
    const seen = await talk(transport, 'ask', {
      onRequest: async (_, peer) => `so you are ${Buffer.from(await peer.request('how are you?'))}`,
    });
    expectTranscript(seen, join(folder, 'transcript-ask.txt'));
  });

  it.skipIf(!quicLoads).each(['quic-bidi', 'quic-uni'] as const)(
    `is echoed over %s as the transcript says${whyNot}`,
    { timeout: 60_000 },
    async (transport) => {
      expectTranscript(await talk(transport, 'echo'), join(folder, 'transcript-quic.txt'));
    },
  );
});
