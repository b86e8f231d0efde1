import { Buffer } from 'node:buffer';
import type { Connection } from '../../transports/listener.js';

/** About how much leaves in one piece. */
const PIECE_BYTES = 65_536;

/** Collects frames, so that those of one turn leave in one write. */
export class SendBatch {
  readonly #connection: Connection;
  #frames: Uint8Array[] = [];
  #byteCount = 0;
  /** False: the peer does not take what it was sent; wait for `onWritable` with what can wait. */
  isWritable = true;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Adds a frame, which must not change until `flush`. */
  add(frame: Uint8Array): void {
    this.#frames.push(frame);
    this.#byteCount += frame.length;
    if (this.#byteCount >= PIECE_BYTES) this.flush();
  }

  flush(): void {
    const [first] = this.#frames;
    if (first === undefined) return;
    const bytes = this.#frames.length === 1 ? first : Buffer.concat(this.#frames, this.#byteCount);
    this.#frames = [];
    this.#byteCount = 0;
    this.isWritable = this.#connection.send(bytes);
  }
}
