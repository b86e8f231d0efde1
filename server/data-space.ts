import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { PolywireError } from '@polywire/sdk/core';
import { checkValue } from './services/check-value.js';
import type { Store } from './stores/store.js';

const MAX_KEY_BYTES = 1_024;
const PAGE_KEYS = 1_000;

/** A client's data space, as code on the server sees it. Text stays text, bytes stay bytes. */
export class DataSpace {
  readonly #store: Store;
  readonly #space: string;
  readonly #maxValueBytes: number;

  constructor(store: Store, space: string, maxValueBytes: number) {
    this.#store = store;
    this.#space = space;
    this.#maxValueBytes = maxValueBytes;
  }

  /**
   * Resolves when the value has reached the store's level. Bytes are copied.
   * @throws PolywireError KEY_TOO_LONG, VALUE_TOO_LARGE, or what the store fails with
   */
  async store(key: string, value: string | Uint8Array): Promise<void> {
    const isText = typeof value === 'string';
    const bytes = isText ? Buffer.from(value) : value;
    const kind = checkValue(bytes, isText ? ValueKind.TEXT : ValueKind.BYTES, this.#maxValueBytes);
    await this.#store.write(this.#space, [{ type: 'set', key: checkKey(key), value: bytes, kind, ttlMs: 0 }]);
  }

  /** The value as it was stored: a string for text, a copy of the bytes otherwise; undefined when there is none. */
  read(key: string): Promise<string | Uint8Array | undefined> {
    const stored = this.#store.get(this.#space, checkKey(key));
    if (stored === undefined) return Promise.resolve(undefined);
    return Promise.resolve(
      stored.kind === ValueKind.TEXT ? Buffer.from(stored.value).toString() : new Uint8Array(stored.value),
    );
  }

  /** Resolves with whether there was something to delete. */
  async delete(key: string): Promise<boolean> {
    const [result] = await this.#store.write(this.#space, [{ type: 'delete', key: checkKey(key) }]);
    return result?.type === 'delete' && result.deleted;
  }

  /** Every key that begins with `prefix`, in byte order. */
  keys(prefix = ''): Promise<string[]> {
    const keys: string[] = [];
    for (;;) {
      const page = this.#store.scan(this.#space, { prefix, after: keys[keys.length - 1], limit: PAGE_KEYS });
      for (const entry of page) keys.push(entry.key);
      if (page.length < PAGE_KEYS) return Promise.resolve(keys);
    }
  }

  /** Removes every key; resolves with how many there were. */
  async clear(): Promise<number> {
    return await this.#store.clear(this.#space);
  }
}

function checkKey(key: string): string {
  const length = Buffer.byteLength(key);
  if (length <= MAX_KEY_BYTES) return key;
  throw new PolywireError(ErrorCode.KEY_TOO_LONG, `the key is ${length} bytes; the limit is ${MAX_KEY_BYTES}`, {
    details: { field: 'key', length: String(length), limit: String(MAX_KEY_BYTES) },
  });
}
