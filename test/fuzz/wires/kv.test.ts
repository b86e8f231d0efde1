import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../../server/dialects/kv/byte-budget.js';
import { readRequest } from '../../../server/dialects/kv/decode.js';
import { FrameDecoder } from '../../../server/dialects/kv/frame-decoder.js';
import { stageOf } from '../../../server/dialects/kv/kv-session.cases.js';
import { fromHex, kvVectors } from '../../e2e/wires/kv-vectors.js';
import { Random } from '../random.js';

const seed = Number(process.env.POLYWIRE_FUZZ_SEED ?? 20_261_121);
const runs = Number(process.env.POLYWIRE_FUZZ_RUNS ?? 100_000);
const MAX_FRAME_BYTES = 4_096;
const MAX_MS = 50;

const samples = kvVectors.map(({ hex }) => [...fromHex(hex)]);

/** Some valid frames and some that are not, with a few bytes changed. */
function mutated(random: Random): Uint8Array {
  const bytes: number[] = [];
  for (let count = 1 + random.below(4); count > 0; count--) bytes.push(...random.pick(samples));
  for (let count = random.below(6); count > 0 && bytes.length > 0; count--) {
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
        bytes.splice(at, 0, ...Array.from({ length: 1 + random.below(8) }, () => random.below(256)));
        break;
      case 4:
        bytes.splice(at, 0, ...bytes.slice(at, at + random.below(40)));
        break;
      default:
        // A length or a tag at its edges.
        bytes.splice(at, 1, ...random.pick([[0], [0x7f], [0x80, 0x80], [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0]]));
    }
  }
  return Uint8Array.from(bytes);
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

interface Decoded {
  readonly outcomes: readonly string[];
  readonly mostHeldBytes: number;
}

/** What a stream means, one text a frame. Whatever is thrown has to carry a code. */
function decodeAll(pieces: readonly Uint8Array[]): Decoded {
  const budget = new ByteBudget(1_000_000);
  const decoder = new FrameDecoder({ maxFrameBytes: MAX_FRAME_BYTES, budget });
  const outcomes: string[] = [];
  let mostHeldBytes = 0;
  try {
    for (const piece of pieces) {
      decoder.push(piece);
      while (decoder.peek()) {
        outcomes.push(requestText(decoder));
        decoder.consume();
      }
      decoder.settle();
      mostHeldBytes = Math.max(mostHeldBytes, budget.used);
    }
  } catch (thrown) {
    outcomes.push((thrown as { codeName: string }).codeName.toString());
  }
  decoder.release();
  expect(budget.used).toBe(0);
  return { outcomes, mostHeldBytes };
}

function requestText({ bytes, start, end }: FrameDecoder): string {
  try {
    const { reqData } = readRequest(bytes, start, end);
    return JSON.stringify(reqData, (_, value) => (value instanceof Uint8Array ? [...value] : value)) ?? 'no command';
  } catch (thrown) {
    return (thrown as { reason: string }).reason.toString();
  }
}

function timed<T>(work: () => T): [T, number] {
  const startedAt = performance.now();
  const result = work();
  return [result, performance.now() - startedAt];
}

describe('hostile streams on the KV wire', () => {
  it(`are decoded alike however they are cut: ${runs} inputs, seed ${seed}`, { timeout: 600_000 }, () => {
    const random = new Random(seed);
    const startedAt = performance.now();
    const seen = new Map<string, number>();
    let slowestMs = 0;
    for (let run = 0; run < runs; run++) {
      const bytes = mutated(random);
      const [whole, takenMs] = timed(() => decodeAll([bytes]));
      // A busy machine may be slow once: what is slow itself is slow again.
      if (takenMs > slowestMs) slowestMs = Math.max(slowestMs, Math.min(takenMs, timed(() => decodeAll([bytes]))[1]));
      const pieces = decodeAll(cut(random, bytes));
      if (whole.outcomes.join() !== pieces.outcomes.join()) expect(pieces.outcomes).toEqual(whole.outcomes);
      // A buffer doubles: it is at most twice what came, or its first size.
      if (pieces.mostHeldBytes > Math.max(256, 2 * bytes.length)) expect.fail(`held ${pieces.mostHeldBytes} bytes`);
      for (const outcome of whole.outcomes) {
        const kind = outcome.startsWith('{') ? 'request' : outcome;
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const counts = [...seen].map(([kind, count]) => `${count} ${kind}`).join(', ');
    process.stdout.write(`fuzz kv: seed ${seed}, ${runs} inputs in ${seconds} s: ${counts}\n`);
    expect([...seen.keys()].sort()).toEqual(
      expect.arrayContaining(['PACKET_TOO_LARGE', 'invalid-utf8', 'malformed', 'no command', 'request']),
    );
    expect(slowestMs).toBeLessThan(MAX_MS);
  });

  it('never throw out of a session, and every request has one reply', { timeout: 600_000 }, () => {
    const random = new Random(seed + 1);
    const values = new Map<string, Uint8Array>();
    const stage = stageOf(
      {
        get: ({ key }) => {
          const value = values.get(key);
          return value === undefined ? { found: false } : { found: true, value };
        },
        set: ({ key, value }) => {
          values.set(key, value.slice());
          return {};
        },
      },
      { maxFrameBytes: MAX_FRAME_BYTES },
    );
    for (let run = 0; run < runs / 10; run++) {
      const bytes = mutated(random);
      const { connection, session } = stage.connect();
      for (const piece of cut(random, bytes)) session.onBytes(piece);
      session.onEnd?.();
      const { outcomes } = decodeAll([bytes]);
      const requests = outcomes.filter((outcome) => outcome !== 'PACKET_TOO_LARGE');
      expect(connection.takeReplies()).toHaveLength(requests.length);
      expect(connection.closes).toHaveLength(1);
      session.onClose(1000, '');
    }
    expect(stage.dialect.budget.used).toBe(0);
    expect(stage.clock.pending).toBe(0);
  });
});
