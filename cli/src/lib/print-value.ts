import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { write } from './output.js';
import { manyLines } from './show-text.js';
import { textOf } from './show-value.js';

/**
 * Prints a value and nothing else. Text gets a line end; bytes are written exactly as they are.
 * A terminal gets neither raw bytes nor control characters: there, what is not UTF-8 is shown
 * with replacement characters and everything ends with a line end.
 */
export async function printValue(value: Uint8Array, kind: ValueKind, isTerminal: boolean): Promise<void> {
  if (isTerminal) return write(`${manyLines(new TextDecoder().decode(value))}\n`);
  await write(value);
  if (kind === ValueKind.TEXT && textOf(value) !== undefined) await write('\n');
}
