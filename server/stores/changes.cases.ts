import { ChangeKind, ValueKind } from '@polywire/protocol/polywire.kv.v1';
import type { StoreChange } from './store.js';
import { bytes } from './store-under-test.cases.js';

interface ChangeDetails {
  readonly space?: string;
  readonly expiresAtMs?: number;
}

/** A key that is set. */
export function setChange(
  revision: number,
  key: string,
  value: string | Uint8Array = `value ${revision}`,
  { space = 's', expiresAtMs = 0 }: ChangeDetails = {},
): StoreChange {
  const content = typeof value === 'string' ? bytes(value) : value;
  const entry = { key, value: content, kind: ValueKind.BYTES, revision, expiresAtMs };
  return { space, type: ChangeKind.SET, entry };
}

/** A key that is removed, as the journal tells it. */
export function removal(revision: number, key: string, space = 's'): StoreChange {
  const entry = { key, value: new Uint8Array(0), kind: ValueKind.UNSPECIFIED, revision, expiresAtMs: 0 };
  return { space, type: ChangeKind.DELETED, entry };
}
