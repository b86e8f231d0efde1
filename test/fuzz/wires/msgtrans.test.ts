import { Buffer } from 'node:buffer';
import { deflateSync } from 'node:zlib';
import { Compression, PacketType } from '@polywire/protocol/polywire.transport.v1';
import { PacketDecoder } from '@polywire/sdk/core';
import { describe, expect, it } from 'vitest';
import { decodePacket, type OpaquePacket } from '../../../server/dialects/msgtrans/decode.js';
import { encodePacket } from '../../../server/dialects/msgtrans/encode.js';
import { inflatePayload } from '../../../server/dialects/msgtrans/inflate.js';
import { messageOf } from '../../../server/dialects/msgtrans/map.js';
import { ZstdError } from '../../../server/dialects/msgtrans/zstd/backward-bits.js';
import { inflateZstd } from '../../../server/dialects/msgtrans/zstd/inflate-zstd.js';
import { zstdFrames } from '../../../server/dialects/msgtrans/zstd/zstd-frames.cases.js';
import { bytesOf, msgtransVectors } from '../../e2e/wires/msgtrans-vectors.js';
import type { Random } from '../random.js';
import { ByteMutator, inPieces } from './byte-mutator.js';
import { FUZZ_TIMEOUT_MS, fuzzDecoder, fuzzRuns } from './fuzz-decoder.js';

const MAX_PAYLOAD_BYTES = 4_096;
const MAX_INFLATED_BYTES = 65_536;

const fromHex = (hex: string): Buffer => Buffer.from(hex, 'hex');
const edges = ['00', '01', '02', '7f', '80', 'ffff', 'ffffffff', '00000000'].map(fromHex);
const packets = new ByteMutator(msgtransVectors.map(bytesOf), edges);
const payloads = new ByteMutator(
  [
    ...zstdFrames.map(([, , hex]) => fromHex(hex)),
    deflateSync(Buffer.alloc(100, 'polywire')),
    deflateSync(Buffer.alloc(1_000_000)),
  ],
  edges,
);
const mapOptions = {
  maxInflatedBytes: MAX_INFLATED_BYTES,
  counts: { failed: 0, notInflated: 0, notPackets: 0 },
};

function mutated(random: Random, mutator: ByteMutator, most: number): Uint8Array {
  for (let count = 1 + random.below(most); count > 0; count--) {
    const start = mutator.appendSample(random);
    for (let changes = random.below(4); changes > 0 && mutator.length > start; changes--) mutator.change(random, start);
  }
  return mutator.take();
}

function textOf(packet: OpaquePacket): string {
  const { id, bizType, flags, ext, payload } = messageOf(packet, mapOptions);
  const bytes = `${Buffer.from(ext).toString('hex')} ${Buffer.from(payload).toString('hex')}`;
  return `packet ${packet.packetType} ${id} ${bizType} ${flags} ${bytes}`;
}

/** What a stream means, one text a packet. */
function decodeStream(feed: (onPiece: (piece: Uint8Array) => void) => void): string[] {
  const decoder = new PacketDecoder({ maxPayloadBytes: MAX_PAYLOAD_BYTES });
  const outcomes: string[] = [];
  try {
    feed((piece) => decoder.push(piece, (packet) => outcomes.push(textOf(packet))));
  } catch (thrown) {
    const { codeName } = thrown as { readonly codeName?: string };
    if (codeName === undefined) throw thrown;
    outcomes.push(codeName);
  }
  return outcomes;
}

const kindOf = (outcome: string): string => outcome.replace(/ .*/s, '');

describe('hostile bytes on the MsgTrans wire', () => {
  it(`are read alike however a stream is cut: ${fuzzRuns} inputs`, { timeout: FUZZ_TIMEOUT_MS }, async () => {
    const seen = await fuzzDecoder({
      name: 'msgtrans: streams',
      make: (random) => mutated(random, packets, 3),
      decode: (bytes) => decodeStream((onPiece) => onPiece(bytes)),
      check: (bytes, whole, random, run) => {
        if (run % 4 !== 0) return;
        const outcomes = decodeStream((onPiece) => inPieces(random, bytes, onPiece));
        if (whole.join() !== outcomes.join()) expect(outcomes).toEqual(whole);
      },
      kindOf,
    });
    expect([...seen.keys()].sort()).toEqual(['MALFORMED_PACKET', 'PACKET_TOO_LARGE', 'UNSUPPORTED_VERSION', 'packet']);
  });

  it(`are read as messages, and written as they were: ${fuzzRuns} inputs`, { timeout: FUZZ_TIMEOUT_MS }, async () => {
    const seen = await fuzzDecoder({
      name: 'msgtrans: messages',
      make: (random) => mutated(random, packets, 1),
      decode: (bytes) => {
        const packet = decodePacket(bytes);
        return [packet === undefined ? 'none' : textOf(packet)];
      },
      check: (bytes) => {
        const packet = decodePacket(bytes);
        if (packet?.flags !== 0 || packet.compression !== Compression.NONE || bytes[1] !== 0) return;
        const { packetType, messageId, serviceId, ext, payload } = packet;
        if (packetType === PacketType.ONE_WAY) bytes[2] = 0;
        const written = encodePacket(packetType, messageId, payload, { bizType: serviceId, ext }, 1 << 20);
        if (Buffer.compare(written, bytes.subarray(0, written.length)) !== 0) expect(written).toEqual(bytes);
      },
      kindOf,
    });
    expect([...seen.keys()].sort()).toEqual(['none', 'packet']);
  });

  it(`are inflated to what is allowed, or not at all: ${fuzzRuns} inputs`, { timeout: FUZZ_TIMEOUT_MS }, async () => {
    const seen = await fuzzDecoder({
      name: 'msgtrans: compressed payloads',
      make: (random) => mutated(random, payloads, 1),
      decode: (bytes) => {
        const isZlib = bytes[0] === 0x78;
        const inflated = isZlib ? inflatePayload(bytes, Compression.ZLIB, MAX_INFLATED_BYTES) : zstdOf(bytes);
        const kind = isZlib ? 'zlib' : 'zstd';
        if (inflated === undefined) return [`no-${kind}`];
        if (inflated.length > MAX_INFLATED_BYTES) throw new Error(`${inflated.length} bytes were inflated`);
        return [kind];
      },
    });
    expect([...seen.keys()].sort()).toEqual(['no-zlib', 'no-zstd', 'zlib', 'zstd']);
  });
});

/** Nothing else than a ZstdError may be thrown. */
function zstdOf(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return inflateZstd(bytes, MAX_INFLATED_BYTES);
  } catch (thrown) {
    if (thrown instanceof ZstdError) return undefined;
    throw thrown;
  }
}
