import { ChangeKind, type Entry } from '@polywire/protocol/polywire.kv.v1';
import { oneLine } from './show-text.js';
import { type ValueJson, valueJson, valueLine } from './show-value.js';

/** An entry as JSON has it. `expiresAt` is missing when the key never ends. */
export type EntryJson = { key: string; revision: number; expiresAt?: string } & ValueJson;

export function entryJson({ key, value, kind, revision, expiresAtMs }: Entry): EntryJson {
  const expiry = expiresAtMs === 0 ? {} : { expiresAt: new Date(expiresAtMs).toISOString() };
  return { key, ...valueJson(value, kind), revision, ...expiry };
}

/** Key and value on one line, a tab between them. */
export function entryLine({ key, value }: Entry): string {
  return `${oneLine(key)}\t${valueLine(value)}`;
}

const changeNames: Readonly<Record<ChangeKind, string>> = {
  [ChangeKind.UNSPECIFIED]: 'changed',
  [ChangeKind.SET]: 'set',
  [ChangeKind.DELETED]: 'deleted',
  [ChangeKind.EXPIRED]: 'expired',
};

/** A change as JSON has it; a deleted or expired key has no value. */
export function changeJson(kind: ChangeKind, entry: Entry): object {
  const change = changeNames[kind] ?? changeNames[ChangeKind.UNSPECIFIED];
  if (kind === ChangeKind.SET) return { change, ...entryJson(entry) };
  return { change, key: entry.key, revision: entry.revision };
}

/** A change on one line: revision, what happened, key, and the value that was set. */
export function changeLine(kind: ChangeKind, entry: Entry): string {
  const change = changeNames[kind] ?? changeNames[ChangeKind.UNSPECIFIED];
  const rest = kind === ChangeKind.SET ? entryLine(entry) : oneLine(entry.key);
  return `${entry.revision}\t${change}\t${rest}`;
}
