import type { Store } from '../stores/store.js';

const SPACE = 'io/fencing';
const KEY = 'reserved';
/** Tokens that one write of the store reserves. Those that a stopped server did not use are skipped. */
const BLOCK = 1_000;

/**
 * Numbers that only grow, also over restarts of the server as far as its store survives them. They are
 * reserved in blocks, so that most locks cost no write.
 */
export class FencingTokens {
  readonly #store: Store;
  #next = 1;
  /** The last number that is reserved. */
  #last = 0;
  #reserving: Promise<void> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The next number; undefined when none is reserved: `reserve` first. */
  take(): number | undefined {
    return this.#next <= this.#last ? this.#next++ : undefined;
  }

  /** Rejects with what the store fails with. */
  reserve(): Promise<void> {
    this.#reserving ??= this.#reserve().finally(() => {
      this.#reserving = undefined;
    });
    return this.#reserving;
  }

  async #reserve(): Promise<void> {
    const [result] = await this.#store.write(SPACE, [{ type: 'increment', key: KEY, delta: BigInt(BLOCK) }]);
    if (result?.type !== 'increment') throw new Error('the store did not answer an increment');
    this.#last = Number(result.value);
    this.#next = this.#last - BLOCK + 1;
  }
}
