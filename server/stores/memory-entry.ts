import type { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import type { StoredValue } from './store.js';

// Found when it is compiled, not looked up each time.
const setBytes = Uint8Array.prototype.set;

/**
 * A value of the memory store. It is overwritten where it is, so that a set leaves nothing for the
 * garbage collector, but only as long as nobody outside of the store can have kept it.
 */
export class MemoryEntry implements StoredValue {
  readonly key: string;
  value: Uint8Array;
  kind: ValueKind;
  // From the beginning numbers, so that V8 keeps them as such: anything else would be a new object for each number.
  revision = 0;
  expiresAtMs = 0;
  #isLent = false;

  /** Takes over the bytes of `state`. */
  constructor(state: StoredValue) {
    this.key = state.key;
    this.value = state.value;
    this.kind = state.kind;
    this.revision = state.revision;
    this.expiresAtMs = state.expiresAtMs;
  }

  /** Somebody may keep it: from now on it never changes. */
  get isLent(): boolean {
    return this.#isLent;
  }

  lend(): void {
    if (!this.#isLent) this.#isLent = true;
  }

  /** What takes its place, to be overwritten. */
  successor(): MemoryEntry {
    return new MemoryEntry({ ...this, value: NOTHING });
  }

  /** Copies `value`. */
  overwrite(value: Uint8Array, kind: ValueKind, revision: number, expiresAtMs: number): void {
    if (this.value.length === value.length) setBytes.call(this.value, value);
    else this.value = new Uint8Array(value);
    this.kind = kind;
    this.revision = revision;
    this.expiresAtMs = expiresAtMs;
  }
}

const NOTHING = new Uint8Array(0);
