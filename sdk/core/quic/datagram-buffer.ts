import { MAX_DATAGRAM_BYTES } from './quic-config.js';

const SLAB_BYTES = 48 * MAX_DATAGRAM_BYTES;

/** Room for datagrams that are handed out for good, cut from larger pieces. */
export class DatagramBuffer {
  #slab = new Uint8Array(SLAB_BYTES);
  #used = 0;
  #room: Uint8Array | undefined;

  /** Room for one datagram; the same until `take`. */
  room(): Uint8Array {
    if (this.#room !== undefined) return this.#room;
    if (SLAB_BYTES - this.#used < MAX_DATAGRAM_BYTES) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#used = 0;
    }
    this.#room = this.#slab.subarray(this.#used, this.#used + MAX_DATAGRAM_BYTES);
    return this.#room;
  }

  /** The first `length` bytes of the room, which are not touched again. */
  take(length: number): Uint8Array {
    const datagram = this.#slab.subarray(this.#used, this.#used + length);
    this.#used += length;
    this.#room = undefined;
    return datagram;
  }
}
