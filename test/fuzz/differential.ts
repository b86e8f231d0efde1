import { type DescMessage, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { decode, encode, WireError } from '@polywire/protocol/wire';
import { difference } from './compare.js';
import { decodedDifference, encodedDifference } from './direct-and-table.js';
import { Random } from './random.js';
import { mutate, randomBytes } from './random-bytes.js';
import { randomMessage, withMisfit } from './random-message.js';
import { inOracleOrder, withNulls } from './settle.js';
import type { Target } from './targets.js';
import { judge } from './wire-model.js';

/** The oracle counts the outermost message, we do not. */
const ORACLE_DEPTH = 65;

export interface FuzzOptions {
  readonly seed: number;
  /** How many inputs: encodings and messages together. */
  readonly runs: number;
}

export interface FuzzResult {
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  readonly encoded: number;
  /** What our codecs and the oracle do not agree on; at most ten. */
  readonly disagreements: readonly string[];
}

/**
 * Our codecs, those for Node and those for browsers, against @bufbuild/protobuf on encodings that chance makes, and on messages. They must
 * refuse the same, for the reason that the model gives, decode to the same and encode to the same
 * bytes. What is excepted is in `wire-model.ts` (known fields with another wire type, numbers
 * beyond 2^53 - 1, lengths that the oracle does not check), `settle.ts` and `isSame`.
 */
export function fuzz(targets: readonly Target[], options: FuzzOptions): FuzzResult {
  const random = new Random(options.seed);
  const disagreements: string[] = [];
  let accepted = 0;
  let encoded = 0;
  for (let run = 0; run < options.runs && disagreements.length < 10; run++) {
    const target = targets[run % targets.length] as Target;
    let wrong: string | undefined;
    if (random.oneIn(5)) {
      encoded++;
      const message = randomMessage(random, target.desc);
      wrong = checkMessage(target, message) ?? encodedDifference(target, withMisfit(random, message));
    } else {
      const made = randomBytes(random, target.desc);
      const bytes = Uint8Array.from(random.oneIn(3) ? mutate(random, made) : made);
      const outcome = checkBytes(target, bytes);
      if (outcome === 'accepted') accepted++;
      else if (outcome !== 'refused') wrong = `${outcome} <- ${Buffer.from(bytes).toString('hex')}`;
    }
    if (wrong !== undefined) disagreements.push(`${target.typeName}, input ${run}: ${wrong}`);
  }
  const inputs = options.runs;
  return { inputs, accepted, refused: inputs - accepted - encoded, encoded, disagreements };
}

/** Decodes bytes on both sides. @returns what happened on both, or where they differ */
export function checkBytes({ codec, table, desc }: Target, bytes: Uint8Array): string {
  const apart = decodedDifference({ codec, table }, bytes);
  if (apart !== undefined) return apart;
  const verdict = judge(desc, bytes);
  let ours: unknown;
  try {
    ours = decode(codec, bytes);
  } catch (error) {
    const reason = WireError.is(error) ? error.reason : `not a WireError: ${String(error)}`;
    if ('refused' in verdict) return reason === verdict.refused ? 'refused' : `${reason} instead of ${verdict.refused}`;
    return `refused as ${reason} although it is valid`;
  }
  if ('refused' in verdict) return `accepted although it is ${verdict.refused}`;
  const theirs = oracleDecode(desc, verdict.plain);
  if (typeof theirs === 'string') return theirs;
  return difference(desc, ours, theirs) ?? bytesDifference({ codec, desc }, ours, theirs) ?? 'accepted';
}

/** Encodes a message and has the oracle decode it. @returns where they differ */
export function checkMessage(target: Target, message: unknown): string | undefined {
  const { codec, desc } = target;
  const apart = encodedDifference(target, message);
  if (apart !== undefined) return apart;
  const bytes = encode(codec, message);
  const theirs = oracleDecode(desc, bytes);
  if (typeof theirs === 'string') return theirs;
  const wrong =
    difference(desc, message, theirs) ??
    bytesDifference(target, message, theirs) ??
    difference(desc, decode(codec, bytes), theirs);
  return wrong === undefined ? undefined : `${wrong} <- ${Buffer.from(bytes).toString('hex')}`;
}

function oracleDecode(desc: DescMessage, bytes: Uint8Array): Message | string {
  try {
    return fromBinary(desc, bytes, { recursionLimit: ORACLE_DEPTH });
  } catch (error) {
    return `accepted, but the oracle says: ${String(error)}`;
  }
}

function bytesDifference(target: Pick<Target, 'codec' | 'desc'>, ours: unknown, theirs: Message): string | undefined {
  inOracleOrder(target.desc, ours);
  withNulls(target.desc, theirs);
  const a = Buffer.from(encode(target.codec, ours));
  const b = Buffer.from(toBinary(target.desc, theirs, { writeUnknownFields: false }));
  return isSame(a, b) ? undefined : `encoded as ${a.toString('hex')} instead of ${b.toString('hex')}`;
}

/**
 * Same bytes, but for the bit that makes a NaN a quiet one: an engine may set it whenever it keeps
 * a number, and on both sides it does so at its pleasure.
 */
function isSame(a: Buffer, b: Buffer): boolean {
  if (a.equals(b)) return true;
  if (a.length !== b.length) return false;
  return a.every((byte, at) => {
    const changed = byte ^ (b[at] as number);
    const isNaNEnd = ((a[at + 1] as number) & 0x7f) === 0x7f;
    return changed === 0 || (isNaNEnd && (changed === 0x08 || changed === 0x40));
  });
}
