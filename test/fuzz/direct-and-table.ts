import { isDeepStrictEqual } from 'node:util';
import { decode, encode, WireError } from '@polywire/protocol/wire';
import type { Target } from './targets.js';

type Codecs = Pick<Target, 'codec' | 'table'>;

/** Where the table of a message decodes otherwise than its direct codec; undefined: nowhere. */
export function decodedDifference({ codec, table }: Codecs, bytes: Uint8Array): string | undefined {
  return apart(
    outcome(() => decode(codec, bytes)),
    outcome(() => decode(table, bytes)),
  );
}

/** Where the table of a message encodes otherwise than its direct codec; undefined: nowhere. */
export function encodedDifference({ codec, table }: Codecs, message: unknown): string | undefined {
  return apart(
    outcome(() => Buffer.from(encode(codec, message)).toString('hex')),
    outcome(() => Buffer.from(encode(table, message)).toString('hex')),
  );
}

type Outcome = { readonly value: unknown } | { readonly refused: string };

function outcome(run: () => unknown): Outcome {
  try {
    return { value: run() };
  } catch (error) {
    return { refused: WireError.is(error) ? `${error.reason}: ${error.message}` : String(error) };
  }
}

function apart(direct: Outcome, table: Outcome): string | undefined {
  if (isDeepStrictEqual(direct, table)) return undefined;
  return `the table gives ${show(table)} instead of ${show(direct)}`;
}

function show(found: Outcome): string {
  if ('refused' in found) return found.refused;
  return typeof found.value === 'string' ? `${found.value.slice(0, 100)} (${found.value.length})` : 'another message';
}
