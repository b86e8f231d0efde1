import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { readFileBytes, readStream } from './read-bytes.js';
import { UsageError } from './usage-error.js';

export const keyArg = Args.string({ description: 'The key.', ignoreStdin: true });
export const keyFlag = Flags.string({ description: 'The key, instead of KEY.' });

export const valueArg = Args.string({ description: 'The value as text; - reads it from stdin.', ignoreStdin: true });
export const valueFlags = {
  value: Flags.string({ description: 'The value, instead of VALUE.' }),
  file: Flags.string({ description: 'Take the value from this file, byte for byte.', helpValue: 'FILE' }),
  kind: Flags.option({ options: ['text', 'bytes'] as const })({
    description: 'What the value is. Default: text for VALUE, bytes for stdin and files.',
  }),
};

interface Given {
  readonly key?: string | undefined;
  readonly value?: string | undefined;
}

/** Where a value comes from. */
export type ValueSource = { readonly text: string } | { readonly file: string } | 'stdin';

/** The key that KEY or --key gives. */
export function keyOf(args: Given, flags: Given): string {
  if (args.key !== undefined && flags.key !== undefined) throw new UsageError('the key is given twice: KEY and --key');
  const key = flags.key ?? args.key;
  if (key === undefined) throw new UsageError('the key is missing: write it as KEY or as --key KEY');
  return key;
}

/** Key and value: KEY VALUE, --key KEY --value VALUE, or a mixture; the value also from stdin or a file. */
export function keyAndSource(args: Given, flags: Given & { readonly file?: string | undefined }) {
  // With --key, the first word that stands alone is the value.
  const words = [args.key, args.value].filter((word) => word !== undefined);
  const key = flags.key ?? words.shift();
  if (key === undefined) throw new UsageError('the key is missing: write KEY VALUE, or --key KEY --value VALUE');
  const texts = [...words, flags.value].filter((text) => text !== undefined);
  if (texts.length + (flags.file === undefined ? 0 : 1) !== 1) {
    const problem =
      texts.length === 0 && flags.file === undefined ? 'the value is missing' : 'there are several values';
    throw new UsageError(`${problem}: give one of VALUE, --value VALUE, --file FILE, or - for stdin`);
  }
  const text = texts[0];
  if (text === undefined) return { key, source: { file: flags.file as string } };
  return { key, source: text === '-' ? ('stdin' as const) : { text } };
}

/** Reads the value. */
export async function readValue(
  source: ValueSource,
  kind: 'text' | 'bytes' | undefined,
): Promise<{ value: Uint8Array; kind: ValueKind }> {
  if (source === 'stdin') return { value: await readStream(process.stdin, 'stdin'), kind: kindOf(kind ?? 'bytes') };
  if ('file' in source) return { value: await readFileBytes(source.file), kind: kindOf(kind ?? 'bytes') };
  return { value: new TextEncoder().encode(source.text), kind: kindOf(kind ?? 'text') };
}

function kindOf(name: 'text' | 'bytes'): ValueKind {
  return name === 'text' ? ValueKind.TEXT : ValueKind.BYTES;
}
