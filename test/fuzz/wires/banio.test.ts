import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../../server/dialects/banio/decode.js';
import { FrameDecoder } from '../../../server/dialects/banio/frame-decoder.js';
import { goStructs } from '../../../server/dialects/banio/gob/go-structs.cases.js';
import { writeGobMessage } from '../../../server/dialects/banio/gob/gob-writer.js';
import { openPayload } from '../../../server/dialects/banio/payload.js';
import { banioVectors, fromHex } from '../../e2e/wires/banio-vectors.js';
import type { Random } from '../random.js';
import { ByteMutator, inPieces } from './byte-mutator.js';
import { FUZZ_TIMEOUT_MS, fuzzDecoder, fuzzRuns, fuzzSeed, timed } from './fuzz-decoder.js';

const MAX_FRAME_BYTES = 4_096;
const MAX_INFLATED_BYTES = 65_536;
const MAX_MS = 50;
const options = { oldEras: true, maxInflatedBytes: MAX_INFLATED_BYTES };

const withLength = (body: Uint8Array): Uint8Array =>
  Uint8Array.from([body.length & 255, body.length >> 8, 0, 0, ...body]);
const frames = banioVectors.map(({ hex }) => fromHex(hex));
const structs = goStructs.map(([, hex]) => withLength(fromHex(hex)));
/** Lengths, counts, ids and deltas at their edges. */
const edges = ['00', '01', '7f', '80', 'ff', 'ff81', 'ff82', 'feffff', 'f87fffffffffffffff', 'f8ffffffffffffffff'].map(
  fromHex,
);
const mutator = new ByteMutator([...frames, ...structs], edges);

/** A stream of frames, most with their right length so that what is inside is looked at. */
function mutated(random: Random): Uint8Array {
  for (let count = 1 + random.below(2); count > 0; count--) {
    const start = mutator.appendSample(random);
    const isRight = !random.oneIn(8) && mutator.length >= start + 4;
    for (let changes = random.below(5); changes > 0 && mutator.length > start + 4; changes--) {
      mutator.change(random, isRight ? start + 4 : start);
    }
    if (isRight) mutator.writeLength(start, mutator.length - start - 4, true);
  }
  return mutator.take();
}

/** What a stream means, one text a frame. Only a coded error may be thrown, and only of the framing. */
function decodeStream(feed: (onPiece: (piece: Uint8Array) => void) => void): readonly string[] {
  const decoder = new FrameDecoder(MAX_FRAME_BYTES);
  const outcomes: string[] = [];
  try {
    feed((piece) => {
      decoder.push(piece);
      for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) outcomes.push(textOf(frame));
      decoder.settle();
      if (decoder.waitingBytes > MAX_FRAME_BYTES + 4) throw new Error(`${decoder.waitingBytes} bytes wait`);
    });
  } catch (thrown) {
    const { codeName } = thrown as { codeName?: string };
    if (codeName === undefined) throw thrown;
    outcomes.push(codeName);
  }
  return outcomes;
}

function textOf(frame: Uint8Array): string {
  const message = decodeMessage(frame, options);
  if ('fault' in message) return message.fault;
  const { era, action } = message;
  if (era !== 'gob') return `${era} ${action} ${message.payload?.toString('latin1')}`;
  return `gob ${action} ${Buffer.from(message.data).toString('latin1')} ${message.noEncrypt}`;
}

describe('hostile streams on BanIO', () => {
  it(`are decoded alike however they are cut: ${fuzzRuns} inputs`, { timeout: FUZZ_TIMEOUT_MS }, async () => {
    const seen = await fuzzDecoder({
      name: 'banio: streams',
      make: mutated,
      decode: (bytes) => decodeStream((onPiece) => onPiece(bytes)),
      check: (bytes, whole, random, run) => {
        if (run % 4 !== 0) return;
        const pieces = decodeStream((onPiece) => inPieces(random, bytes, onPiece));
        if (whole.join() !== pieces.join()) expect(pieces).toEqual(whole);
      },
      kindOf: (outcome) => (outcome.includes(' ') ? outcome.slice(0, outcome.indexOf(' ')) : `bad ${outcome}`),
    });
    expect([...seen.keys()].sort()).toEqual(
      expect.arrayContaining(['bad PACKET_TOO_LARGE', 'bad gob', 'bad zlib', 'gob', 'json', 'zlib-gob']),
    );
  });

  it(`inflate no more than may be: ${fuzzRuns} payloads`, { timeout: FUZZ_TIMEOUT_MS }, async () => {
    const payloads = banioVectors.flatMap(({ decoded }) => [decoded].flat()).map((each) => each?.dataHex ?? '');
    const payloadMutator = new ByteMutator(payloads.map(fromHex), edges);
    const seen = await fuzzDecoder({
      name: 'banio: payloads',
      seed: fuzzSeed + 1,
      make: (random) => {
        payloadMutator.appendSample(random);
        for (let changes = random.below(4); changes > 0 && payloadMutator.length > 0; changes--) {
          payloadMutator.change(random, 0);
        }
        return payloadMutator.take();
      },
      decode: (data) => {
        const result = openPayload(data, undefined, MAX_INFLATED_BYTES);
        if (!('payload' in result)) return [result.fault];
        const length = result.payload?.length ?? 0;
        if (length > MAX_INFLATED_BYTES) throw new Error(`${length} bytes were inflated`);
        return ['opened'];
      },
    });
    expect(seen.get('opened')).toBeGreaterThan(fuzzRuns / 100);
    expect(seen.get('zlib')).toBeGreaterThan(fuzzRuns / 100);
  });

  it('that are as bad as they can be take little time', () => {
    const size = 4_000_000;
    const head = writeGobMessage({ action: '', data: new Uint8Array(0), noEncrypt: false }, 0).subarray(0, 57);
    /** Struct 66 {Action string; X <type 67>}, and a value of it with X as given. */
    const withX = (type: string, x: Uint8Array): Buffer => {
      const struct = 'ff83030202' + '0106416374696f6e010c00' + '01015801ff8600' + '0000';
      const value = Buffer.concat([fromHex('ff8402'), x, fromHex('00')]);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(value.length);
      const definitions = [type, struct].map((hex) => Buffer.concat([Buffer.of(hex.length / 2), fromHex(hex)]));
      return Buffer.concat([...definitions, Buffer.of(0xfc), length, value]);
    };
    const many = (count: number, byte: number): Buffer => {
      const bytes = Buffer.alloc(5 + count, byte);
      bytes[0] = 0xfc;
      bytes.writeUInt32BE(count, 1);
      return bytes;
    };
    const cases = [
      new Uint8Array(size).fill(1),
      new Uint8Array(size).fill(0xff),
      Buffer.concat([head, Buffer.from('fd3d0900ff82', 'hex'), new Uint8Array(size).fill(1)]),
      // Lists: of lists of the same, of integers, of interfaces that are nil.
      withX('ff850202ff860000', new Uint8Array(size).fill(1)),
      withX('ff850202040000', many(size, 0)),
      withX('ff850202100000', many(size, 0)),
    ];
    for (const body of cases) {
      // A busy machine may be slow now and then: what is slow itself is slow each time.
      let bestMs = Number.POSITIVE_INFINITY;
      for (let tries = 0; tries < 10 && bestMs >= MAX_MS; tries++) {
        bestMs = Math.min(
          bestMs,
          timed(() => decodeMessage(body, options)),
        );
      }
      expect(bestMs).toBeLessThan(MAX_MS);
    }
  });
});
