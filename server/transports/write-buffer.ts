import { Buffer } from 'node:buffer';

/** A write that does not leave at once takes the buffer with it, so it is not much larger than one of Node's own. */
const BUFFER_BYTES = 16_384;
const KEPT_VIEWS = 64;

/**
 * Copies what is written to sockets of Node, which refer to what they cannot send at once. Nearly every write
 * leaves at once: then the same memory serves the next one, of whatever socket, and no buffer is made for it.
 */
export class WriteBuffer {
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** Views of it, by length: answers of one kind often have the same. */
  #views: (Buffer | undefined)[] = new Array(KEPT_VIEWS).fill(undefined);

  /** A copy that is good until the next one is made, unless `giveAway` is called before. Undefined: there is no room. */
  copy(bytes: Uint8Array): Buffer | undefined {
    const { length } = bytes;
    if (length > BUFFER_BYTES) return undefined;
    this.#buffer.set(bytes);
    const known = this.#views[length % KEPT_VIEWS];
    if (known !== undefined && known.length === length) return known;
    const view = this.#buffer.subarray(0, length);
    this.#views[length % KEPT_VIEWS] = view;
    return view;
  }

  /** The last copy is in use for longer. */
  giveAway(): void {
    this.#buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    this.#views.fill(undefined);
  }
}
