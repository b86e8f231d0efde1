import type { AckLevel, ChangeKind, ValueKind } from '@polywire/protocol/polywire.kv.v1';

/**
 * A value as a store holds it. It belongs to the store: read it, do not write into it. Of what is not
 * said to be borrowed nothing ever changes: it may be kept.
 */
export interface StoredValue {
  readonly key: string;
  readonly value: Uint8Array;
  readonly kind: ValueKind;
  readonly revision: number;
  /** Unix milliseconds; 0: never. */
  readonly expiresAtMs: number;
}

/** What a key is set to. The store copies `value` before `set` or `write` returns. */
export interface SetOperation {
  readonly key: string;
  readonly value: Uint8Array;
  /** What is not text is bytes. */
  readonly kind: ValueKind;
  /** 0: never expires, and an earlier time to live ends. */
  readonly ttlMs: number;
  /** The key's present revision; a missing key has 0. */
  readonly ifRevision?: number | undefined;
  readonly ifAbsent?: boolean | undefined;
}

/** One write. */
export type WriteOperation =
  | ({ readonly type: 'set' } & SetOperation)
  | { readonly type: 'delete'; readonly key: string; readonly ifRevision?: number | undefined }
  | { readonly type: 'increment'; readonly key: string; readonly delta: bigint };

/** The outcome of the operation at the same place. A delete that found nothing has revision 0. */
export type WriteResult =
  | { readonly type: 'set'; readonly revision: number }
  | { readonly type: 'delete'; readonly deleted: boolean; readonly revision: number }
  | { readonly type: 'increment'; readonly value: bigint; readonly revision: number };

/** One change of one key. For a deleted or expired key `value` is empty. Those that a listener gets are borrowed. */
export interface StoreChange {
  readonly space: string;
  readonly type: ChangeKind;
  readonly entry: StoredValue;
}

export interface ScanOptions {
  /** Only keys that begin with this text. Empty: all. */
  readonly prefix: string;
  /** Only keys that come after this one in byte order of their UTF-8. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface StoreHealth {
  /** False: the store takes no more writes (it is fail-stop after an I/O error). */
  readonly writable: boolean;
  /** Why not. */
  readonly error?: string;
}

/**
 * Keys and values in spaces that cannot see each other, with store-wide revisions that only grow.
 *
 * Promises every store keeps:
 * - a write resolves (or returns) when it has reached `level`, never before;
 * - reads, scans and change events show only data at that level, and never an expired value;
 * - the operations of one `write` all happen or none; conditions see every write before them,
 *   also those still on their way to the disk;
 * - an expired key is removed by a numbered change of its own (EXPIRED), exactly once;
 * - changes are reported once each, in order of revision;
 * - after an I/O error every later write fails with STORAGE_FAILED or STORAGE_FULL.
 *
 * A synchronous answer is returned as it is: callers must not assume a promise.
 */
export interface Store {
  /** "memory" or "lmdb": the name in configuration and statistics. */
  readonly kind: string;
  readonly level: AckLevel;
  /** Newest revision that has reached the level. */
  readonly revision: number;

  get(space: string, key: string): StoredValue | undefined;
  /** `get` for one look: what it returns is borrowed until the next call of the store. */
  peek(space: string, key: string): StoredValue | undefined;
  /** Entries in byte order of their keys. */
  scan(space: string, options: ScanOptions): StoredValue[];
  /**
   * @throws PolywireError REVISION_MISMATCH, ALREADY_EXISTS, NOT_AN_INTEGER, INTEGER_OVERFLOW,
   * STORAGE_FAILED, STORAGE_FULL, KEY_TOO_LONG, INVALID_ARGUMENT, RESOURCE_EXHAUSTED when too much
   * waits for the disk, UNAVAILABLE after close
   */
  write(space: string, operations: readonly WriteOperation[]): WriteResult[] | Promise<WriteResult[]>;
  /** `write` of one set: its revision. */
  set(space: string, operation: SetOperation): number | Promise<number>;
  /**
   * Removes every key of a space, each with a DELETED change; keys that are written after it began
   * stay. Returns how many there were.
   */
  clear(space: string): number | Promise<number>;

  /** Calls `listener` with each batch of changes, borrowed until it returns; returns what ends that. */
  onChanges(listener: (changes: readonly StoreChange[]) => void): () => void;
  health(): StoreHealth;
  /** Waits for running writes, then gives everything back. Later writes fail with UNAVAILABLE. */
  close(): Promise<void>;
}
