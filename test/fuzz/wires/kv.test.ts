import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { readCommand } from '../../../server/dialects/kv/decode.js';
import { FrameDecoder } from '../../../server/dialects/kv/frame-decoder.js';
import { stageOf } from '../../../server/dialects/kv/kv-session.cases.js';
import { ByteBudget } from '../../../server/sessions/byte-budget.js';
import { fromHex, kvVectors } from '../../e2e/wires/kv-vectors.js';
import { Random } from '../random.js';
import { ByteMutator, inPieces } from './byte-mutator.js';
import { FUZZ_TIMEOUT_MS, fuzzDecoder, fuzzRuns, fuzzSeed } from './fuzz-decoder.js';

const MAX_FRAME_BYTES = 4_096;

const mutator = new ByteMutator(
  kvVectors.map(({ hex }) => fromHex(hex)),
  ['00', '7f', '8080', 'ffffffff', '00000000'].map(fromHex),
);

/** Some valid frames and some that are not, with a few bytes changed; half have the right lengths. */
function mutated(random: Random): Uint8Array {
  const isRight = random.oneIn(2);
  for (let count = 1 + random.below(4); count > 0; count--) {
    const start = mutator.appendSample(random);
    for (let changes = random.below(3); changes > 0 && mutator.length > start + 4; changes--) {
      mutator.change(random, isRight ? start + 4 : start);
    }
    if (isRight && mutator.length >= start + 4) mutator.writeLength(start, mutator.length - start - 4, false);
  }
  return mutator.take();
}

const budget = new ByteBudget(1_000_000);

/** What a stream means, one text a frame. Whatever is thrown has to carry a code. */
function decodeStream(feed: (onPiece: (piece: Uint8Array) => void) => void): {
  readonly outcomes: readonly string[];
  readonly mostHeldBytes: number;
} {
  const decoder = new FrameDecoder({ maxFrameBytes: MAX_FRAME_BYTES, budget });
  const outcomes: string[] = [];
  let mostHeldBytes = 0;
  try {
    feed((piece) => {
      decoder.push(piece);
      while (decoder.peek()) {
        outcomes.push(requestText(decoder));
        decoder.consume();
      }
      decoder.settle();
      mostHeldBytes = Math.max(mostHeldBytes, budget.used);
    });
  } catch (thrown) {
    outcomes.push(namedOf(thrown, 'codeName'));
  }
  decoder.release();
  if (budget.used !== 0) throw new Error(`a decoder that was released holds ${budget.used} bytes`);
  return { outcomes, mostHeldBytes };
}

const decodeWhole = (bytes: Uint8Array): readonly string[] => decodeStream((onPiece) => onPiece(bytes)).outcomes;

function requestText({ bytes, start, end }: FrameDecoder): string {
  try {
    const reqData = readCommand(bytes, start, end);
    if (reqData === undefined) return 'no command';
    const fields = { key: '', topic: '', expire: 0, id: 0, value: new Uint8Array(0), ...reqData.value };
    const value = Buffer.from(fields.value).toString('latin1');
    return `request ${reqData.$case} ${fields.key} ${fields.topic} ${fields.expire} ${fields.id} ${value}`;
  } catch (thrown) {
    return namedOf(thrown, 'reason');
  }
}

function namedOf(thrown: unknown, property: 'codeName' | 'reason'): string {
  const name = (thrown as { readonly [name: string]: unknown })[property];
  if (typeof name !== 'string') throw thrown;
  return name;
}

describe('hostile streams on the KV wire', () => {
  it(`are decoded alike however they are cut: ${fuzzRuns} inputs`, { timeout: FUZZ_TIMEOUT_MS }, async () => {
    const seen = await fuzzDecoder({
      name: 'kv: streams',
      make: mutated,
      decode: decodeWhole,
      check: (bytes, whole, random, run) => {
        if (run % 4 !== 0) return;
        const { outcomes, mostHeldBytes } = decodeStream((onPiece) => inPieces(random, bytes, onPiece));
        if (whole.join() !== outcomes.join()) expect(outcomes).toEqual(whole);
        // A buffer doubles: it is at most twice what came, or its first size.
        if (mostHeldBytes > Math.max(256, 2 * bytes.length)) expect.fail(`held ${mostHeldBytes} bytes`);
      },
      kindOf: (outcome) => (outcome.startsWith('request') ? 'request' : outcome),
    });
    expect([...seen.keys()].sort()).toEqual(
      expect.arrayContaining(['PACKET_TOO_LARGE', 'invalid-utf8', 'malformed', 'no command', 'request']),
    );
  });

  it('never throw out of a session, and every request has one reply', { timeout: FUZZ_TIMEOUT_MS }, () => {
    const random = new Random(fuzzSeed + 1);
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
    for (let run = 0; run < fuzzRuns / 20; run++) {
      const bytes = mutated(random);
      const { connection, session } = stage.connect();
      inPieces(random, bytes, (piece) => session.onBytes(piece));
      session.onEnd?.();
      const requests = decodeWhole(bytes).filter((outcome) => outcome !== 'PACKET_TOO_LARGE');
      const replies = connection.takeReplies().length;
      if (replies !== requests.length || connection.closes.length !== 1) {
        expect.fail(`${replies} replies, ${connection.closes.length} closes: ${Buffer.from(bytes).toString('hex')}`);
      }
      session.onClose(1000, '');
    }
    expect(stage.dialect.budget.used).toBe(0);
    expect(stage.clock.pending).toBe(0);
  });
});
