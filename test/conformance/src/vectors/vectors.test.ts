import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromJsonString } from '@bufbuild/protobuf';
import type { Vector } from '@polywire/protocol/polywire.conformance.v1';
import { afterEach, describe, expect, it } from 'vitest';
import { messageDesc } from '../schema/registry.js';
import { BuiltInCodec } from './built-in-codec.js';
import { checkVector } from './check-vector.js';
import type { CodecAnswer, VectorCodec } from './codec.js';
import { CommandCodec } from './command-codec.js';
import { parseVector } from './load-vectors.js';
import { checkStream, packetStreams } from './packet-streams.js';

const GET = 'polywire.kv.v1.GetRequest';
const line = (fields: object): string =>
  JSON.stringify({ name: 'n', type: GET, form: 'protobuf', hex: '0a0161', ...fields });
const good = parseVector('x:1', line({ json: '{"key":"a"}', canonical: true }));
const bad = parseVector('x:2', line({ hex: '0a', error: 'ERROR_CODE_MALFORMED_MESSAGE' }));

function codecOf(
  decode: CodecAnswer,
  encode: CodecAnswer = { kind: 'encoded', bytes: Buffer.from('0a0161', 'hex') },
): VectorCodec {
  return { name: 'test', decode: async () => decode, encode: async () => encode, close: async () => {} };
}

const decoded = (json: string): CodecAnswer => ({ kind: 'decoded', message: fromJsonString(messageDesc(GET), json) });
const refused = (code: string): CodecAnswer => ({ kind: 'refused', code });

describe('parseVector', () => {
  it('names the line that is wrong', () => {
    expect(() => parseVector('kv.jsonl:7', '{"nonsense":1}')).toThrow(/^kv.jsonl:7: .*nonsense/);
  });
});

describe('checkVector', () => {
  const cases: [name: string, vector: Vector, codec: VectorCodec, outcome: RegExp | undefined][] = [
    ['right', good, codecOf(decoded('{"key":"a"}')), undefined],
    [
      'decodes to something else',
      good,
      codecOf(decoded('{"key":"b"}')),
      /must decode to \{"key":"a"\}, got \{"key":"b"\}/,
    ],
    ['refuses what is good', good, codecOf(refused('INTERNAL')), /got the error INTERNAL/],
    [
      'encodes to something else',
      good,
      codecOf(decoded('{"key":"a"}'), { kind: 'encoded', bytes: Uint8Array.of(1) }),
      /must give 0a0161, got 01/,
    ],
    [
      'refuses to encode',
      good,
      codecOf(decoded('{"key":"a"}'), refused('INTERNAL')),
      /must give 0a0161, got the error INTERNAL/,
    ],
    ['need not encode', { ...good, canonical: false }, codecOf(decoded('{"key":"a"}'), refused('INTERNAL')), undefined],
    ['refused rightly', bad, codecOf(refused('MALFORMED_MESSAGE')), undefined],
    [
      'refused with another code',
      bad,
      codecOf(refused('INTERNAL')),
      /refused with MALFORMED_MESSAGE, got the error INTERNAL/,
    ],
    ['takes what is bad', bad, codecOf(decoded('{}')), /refused with MALFORMED_MESSAGE, got \{\}/],
  ];
  it.each(cases)('%s', async (_, vector, codec, text) => {
    const { failure } = await checkVector(codec, vector);
    if (text === undefined) expect(failure).toBeUndefined();
    else expect(failure).toMatch(text);
  });

  it('skips a form that the codec does not know', async () => {
    const outcome = await checkVector(codecOf({ kind: 'unsupported', text: 'no layouts here' }), good);
    expect(outcome).toEqual({ failure: undefined, skip: 'no layouts here' });
  });

  it('tells -0 from 0', async () => {
    const type = 'google.protobuf.Value';
    const value = (json: string): CodecAnswer => ({
      kind: 'decoded',
      message: fromJsonString(messageDesc(type), json),
    });
    const vector = { ...good, type, json: '-0', canonical: false };
    expect((await checkVector(codecOf(value('-0')), vector)).failure).toBeUndefined();
    expect((await checkVector(codecOf(value('0')), vector)).failure).toMatch(/must decode to -0/);
  });
});

describe('the built-in codec', () => {
  const codec = new BuiltInCodec();

  it('passes right vectors and fails wrong ones', async () => {
    expect((await checkVector(codec, good)).failure).toBeUndefined();
    expect((await checkVector(codec, bad)).failure).toBeUndefined();
    expect((await checkVector(codec, { ...good, json: '{"key":"b"}' })).failure).toMatch(/got \{"key":"a"\}/);
    expect((await checkVector(codec, { ...bad, hex: '0a0161' })).failure).toMatch(/must be refused/);
  });

  it('reads and writes layouts', async () => {
    const type = 'polywire.transport.v1.PacketHeader';
    const json = '{"version":1,"messageId":16909060,"flags":4}';
    const layout = { ...good, type, form: 'layout', hex: '01000000010203040000000000000004', json };
    expect((await checkVector(codec, layout)).failure).toBeUndefined();
    expect(await codec.decode(type, 'layout', new Uint8Array(15))).toEqual({
      kind: 'refused',
      code: 'MALFORMED_MESSAGE',
    });
  });

  it('does not know forms that do not exist', async () => {
    expect(await codec.decode(GET, 'layout', new Uint8Array(0))).toMatchObject({ kind: 'unsupported' });
  });
});

describe('packet streams', () => {
  it.each(packetStreams().map((stream) => [stream.name, stream] as const))('%s', (_, stream) => {
    const codec = new BuiltInCodec();
    expect(checkStream({ cutStream: (pieces) => codec.cutStream(pieces) }, stream)).toBeUndefined();
  });

  it('fail for a decoder that is wrong', () => {
    const codec = new BuiltInCodec();
    const [first] = packetStreams().filter(({ name }) => name === 'three-packets');
    const wrong = {
      deaf: () => ({ packets: [], error: undefined }),
      afraid: () => ({ packets: [], error: 'INTERNAL' }),
      // Forgets what a piece leaves over.
      forgetful: (pieces: readonly Uint8Array[]) => ({
        packets: pieces.flatMap((piece) => [...codec.cutStream([piece]).packets]),
        error: undefined,
      }),
      altering: (pieces: readonly Uint8Array[]) => {
        const { packets } = codec.cutStream(pieces);
        return { packets: packets.map((packet) => packet.map((byte) => byte ^ 1)), error: undefined };
      },
    };
    expect(checkStream({ cutStream: wrong.deaf }, first!)).toBe('whole: expected 3 packets, got 0');
    expect(checkStream({ cutStream: wrong.afraid }, first!)).toBe('whole: expected no error, got INTERNAL');
    expect(checkStream({ cutStream: wrong.forgetful }, first!)).toBe('byte by byte: expected 3 packets, got 0');
    expect(checkStream({ cutStream: wrong.altering }, first!)).toBe('whole: packet 1 is not the one that was sent');
  });
});

describe('CommandCodec', () => {
  let codec: CommandCodec | undefined;
  afterEach(() => codec?.close());

  /** A program that answers every request with the same CodecResponse after the id. */
  async function start(outcome: string, timeoutMs = 3_000): Promise<CommandCodec> {
    const file = join(tmpdir(), `polywire-codec-${process.pid}-${Math.random().toString(36).slice(2)}.mjs`);
    await writeFile(
      file,
      `let rest = Buffer.alloc(0);
       process.stdin.on('data', (bytes) => {
         rest = Buffer.concat([rest, bytes]);
         while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
           const request = rest.subarray(4, 4 + rest.readUInt32BE(0));
           rest = rest.subarray(4 + request.length);
           const answer = Buffer.concat([request.subarray(0, 2), ${outcome}]);
           const length = Buffer.alloc(4);
           length.writeUInt32BE(answer.length);
           // In two pieces, as a pipe may deliver it.
           process.stdout.write(length.subarray(0, 2));
           setTimeout(() => process.stdout.write(Buffer.concat([length.subarray(2), answer])), 20);
         }
       });`,
    );
    codec = new CommandCodec(`${process.execPath} ${file}`, timeoutMs);
    return codec;
  }

  it.each([
    ['decoded JSON', `Buffer.from('\\x12\\x0b{"key":"a"}')`, { kind: 'decoded', message: { key: 'a' } }],
    ['encoded bytes', `Buffer.from('1a030a0161', 'hex')`, { kind: 'encoded', bytes: Buffer.from('0a0161', 'hex') }],
    ['a refusal', `Buffer.from('2023', 'hex')`, { kind: 'refused', code: 'MALFORMED_MESSAGE' }],
    ['a form it does not know', `Buffer.from('2a026e6f', 'hex')`, { kind: 'unsupported', text: 'no' }],
    ['no outcome at all', `Buffer.alloc(0)`, { kind: 'refused', code: 'no outcome' }],
  ])('reads %s', async (_, outcome, answer) => {
    const started = await start(outcome);
    expect(await started.decode(GET, 'protobuf', Buffer.from('0a0161', 'hex'))).toMatchObject(answer);
  });

  it('reports what is not an answer', async () => {
    const started = await start(`Buffer.from('ffff', 'hex')`);
    await expect(started.decode(GET, 'protobuf', new Uint8Array(0))).rejects.toThrow(/what is not a CodecResponse/);
    await expect(started.decode(GET, 'protobuf', new Uint8Array(0))).rejects.toThrow(/what is not a CodecResponse/);
  });

  it('reports JSON that is not the message', async () => {
    const started = await start(`Buffer.from('\\x12\\x09{"nay":1}')`);
    await expect(started.decode(GET, 'protobuf', new Uint8Array(0))).rejects.toThrow(
      /JSON that is not a polywire.kv.v1.GetRequest/,
    );
  });

  it('reports text on standard output', async () => {
    codec = new CommandCodec(`echo hello; sleep 5`, 3_000);
    await expect(codec.decode(GET, 'protobuf', new Uint8Array(0))).rejects.toThrow(
      /standard output must hold answers only/,
    );
  });

  it('reports a program that ends', async () => {
    codec = new CommandCodec('exit 3', 3_000);
    await expect(codec.decode(GET, 'protobuf', new Uint8Array(0))).rejects.toThrow(/exit 3 ended with exit code 3/);
  });

  it('reports a program that says nothing', async () => {
    codec = new CommandCodec('cat >/dev/null', 100);
    await expect(codec.decode(GET, 'protobuf', new Uint8Array(0))).rejects.toThrow(/did not answer within 100 ms/);
  });
});
