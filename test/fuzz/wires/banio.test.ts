import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../../server/dialects/banio/decode.js';
import { FrameDecoder } from '../../../server/dialects/banio/frame-decoder.js';
import { goStructs } from '../../../server/dialects/banio/gob/go-structs.cases.js';
import { writeGobMessage } from '../../../server/dialects/banio/gob/gob-writer.js';
import { openPayload } from '../../../server/dialects/banio/payload.js';
import { banioVectors, fromHex } from '../../e2e/wires/banio-vectors.js';
import { Random } from '../random.js';

const seed = Number(process.env.POLYWIRE_FUZZ_SEED ?? 20_261_121);
const runs = Number(process.env.POLYWIRE_FUZZ_RUNS ?? 100_000);
const MAX_FRAME_BYTES = 4_096;
const MAX_INFLATED_BYTES = 65_536;
const MAX_MS = 50;
const options = { oldEras: true, maxInflatedBytes: MAX_INFLATED_BYTES };

const withLength = (body: Uint8Array): number[] => [body.length & 255, body.length >> 8, 0, 0, ...body];
const frames = banioVectors.map(({ hex }) => [...fromHex(hex)]);
const structs = goStructs.map(([, hex]) => withLength(fromHex(hex)));
const samples = [...frames, ...structs];
/** Lengths, counts, ids and deltas at their edges. */
const edges: readonly (readonly number[])[] = [
  [0],
  [1],
  [0x7f],
  [0x80],
  [0xff],
  [0xff, 0x81],
  [0xff, 0x82],
  [0xfe, 0xff, 0xff],
  [0xf8, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
];

/** A frame with a few bytes changed. */
function mutate(random: Random, bytes: number[]): void {
  const at = random.below(bytes.length);
  switch (random.below(6)) {
    case 0:
      bytes[at] = random.below(256);
      break;
    case 1:
      bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
      break;
    case 2:
      bytes.splice(at, 1 + random.below(4));
      break;
    case 3:
      bytes.splice(at, 0, ...bytes.slice(at, at + random.below(60)));
      break;
    case 4:
      bytes.splice(at, 0, ...random.pick(samples).slice(random.below(60), 60 + random.below(60)));
      break;
    default:
      bytes.splice(at, random.below(3), ...random.pick(edges));
  }
}

/** A stream of frames, most with their right length so that what is inside is looked at. */
function mutated(random: Random): Uint8Array {
  const stream: number[] = [];
  for (let count = 1 + random.below(2); count > 0; count--) {
    const frame = [...random.pick(samples)];
    for (let changes = random.below(5); changes > 0 && frame.length > 4; changes--) mutate(random, frame);
    const isRight = !random.oneIn(8) && frame.length >= 4;
    stream.push(...(isRight ? withLength(Uint8Array.from(frame.slice(4))) : frame));
  }
  return Uint8Array.from(stream);
}

function cut(random: Random, bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.below(random.pick([1, 4, 40, bytes.length]));
    pieces.push(bytes.slice(at, at + size));
    at += size;
  }
  return pieces;
}

/** What a stream means, one text a frame. Only a coded error may be thrown, and only of the framing. */
function decodeAll(pieces: readonly Uint8Array[]): string[] {
  const decoder = new FrameDecoder(MAX_FRAME_BYTES);
  const outcomes: string[] = [];
  for (const piece of pieces) {
    decoder.push(piece);
    try {
      for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) outcomes.push(textOf(frame));
    } catch (thrown) {
      const { codeName } = thrown as { codeName?: string };
      if (codeName === undefined) throw thrown;
      return [...outcomes, codeName];
    }
    decoder.settle();
  }
  return outcomes;
}

function textOf(frame: Uint8Array): string {
  const message = decodeMessage(frame, options);
  if ('fault' in message) return message.fault;
  const { era, action } = message;
  if (era !== 'gob') return `${era} ${action} ${message.payload?.toString('hex')}`;
  return `gob ${action} ${Buffer.from(message.data).toString('hex')} ${message.noEncrypt}`;
}

function timed<T>(work: () => T): [T, number] {
  const startedAt = performance.now();
  const result = work();
  return [result, performance.now() - startedAt];
}

describe('hostile streams on BanIO', () => {
  it(`are decoded alike however they are cut: ${runs} inputs, seed ${seed}`, { timeout: 3_600_000 }, () => {
    const random = new Random(seed);
    const startedAt = performance.now();
    const seen = new Map<string, number>();
    let slowestMs = 0;
    for (let run = 0; run < runs; run++) {
      const bytes = mutated(random);
      const [whole, takenMs] = timed(() => decodeAll([bytes]));
      // A busy machine may be slow once: what is slow itself is slow again.
      if (takenMs > slowestMs) slowestMs = Math.max(slowestMs, Math.min(takenMs, timed(() => decodeAll([bytes]))[1]));
      if (run % 4 === 0) {
        const pieces = decodeAll(cut(random, bytes));
        if (whole.join() !== pieces.join()) expect(pieces).toEqual(whole);
      }
      for (const outcome of whole) {
        const [kind = ''] = outcome.split(' ');
        const isFault = !outcome.includes(' ');
        const name = isFault ? `bad ${kind}` : kind;
        seen.set(name, (seen.get(name) ?? 0) + 1);
      }
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const counts = [...seen].map(([kind, count]) => `${count} ${kind}`).join(', ');
    process.stdout.write(
      `fuzz banio: seed ${seed}, ${runs} inputs in ${seconds} s, slowest ${slowestMs.toFixed(1)} ms: ${counts}\n`,
    );
    expect([...seen.keys()].sort()).toEqual(
      expect.arrayContaining(['bad PACKET_TOO_LARGE', 'bad gob', 'bad zlib', 'gob', 'json', 'zlib-gob']),
    );
    expect(slowestMs).toBeLessThan(MAX_MS);
  });

  it('hold no more than they sent, and inflate no more than may be', { timeout: 3_600_000 }, () => {
    const random = new Random(seed + 1);
    const payloads = banioVectors.flatMap(({ decoded }) => [decoded].flat()).map((each) => each?.dataHex ?? '');
    let opened = 0;
    for (let run = 0; run < runs / 10; run++) {
      const data = [...fromHex(random.pick(payloads))];
      for (let changes = random.below(4); changes > 0 && data.length > 0; changes--) mutate(random, data);
      const result = openPayload(Uint8Array.from(data), undefined, MAX_INFLATED_BYTES);
      if (!('payload' in result)) continue;
      opened++;
      expect(result.payload?.length ?? 0).toBeLessThanOrEqual(MAX_INFLATED_BYTES);
    }
    expect(opened).toBeGreaterThan(100);
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
      const [, takenMs] = timed(() => decodeMessage(body, options));
      const [, again] = timed(() => decodeMessage(body, options));
      expect(Math.min(takenMs, again)).toBeLessThan(MAX_MS);
    }
  });
});
