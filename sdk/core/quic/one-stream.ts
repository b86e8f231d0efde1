import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { PolywireError } from '../error.js';
import { LengthDecoder } from './length-decoder.js';
import { type PacketMapping, type PacketReceiver, readBuffer, streamFailure } from './packet-mapping.js';
import type { PacketQueue } from './packet-queue.js';
import type { QuicheConnection } from './quiche.js';

/** The first bidirectional stream that a client opens. */
const STREAM_ID = 0;
const NOTHING = new Uint8Array(0);

/**
 * MsgTrans 1.0.3 and later, and our own: one bidirectional stream, opened by the client, with the
 * length before each packet. The stream exists once the client has sent a byte on it.
 */
export class OneStream implements PacketMapping {
  readonly #connection: QuicheConnection;
  readonly #receiver: PacketReceiver;
  readonly #decoder: LengthDecoder;
  readonly #onPacket: (packet: Uint8Array) => void;
  #exists: boolean;
  #ended = false;
  finished = false;

  /** @param exists the peer has opened the stream */
  constructor(connection: QuicheConnection, receiver: PacketReceiver, maxPacketBytes: number, exists: boolean) {
    this.#connection = connection;
    this.#receiver = receiver;
    this.#decoder = new LengthDecoder(maxPacketBytes);
    this.#onPacket = (packet) => receiver.onPacket(packet);
    this.#exists = exists;
  }

  read(): void {
    while (this.#exists && !this.#ended && !this.#receiver.deaf) {
      const [length, fin] = this.#receive();
      if (length > 0) this.#decoder.push(readBuffer.subarray(0, length), this.#onPacket);
      if (fin) this.#onFin();
      else if (length === 0) return;
    }
  }

  #receive(): [number, boolean] {
    try {
      return this.#connection.streamRecv(STREAM_ID, readBuffer) ?? [0, false];
    } catch (thrown) {
      throw streamFailure(thrown);
    }
  }

  #onFin(): void {
    this.#ended = true;
    const { pendingBytes } = this.#decoder;
    if (pendingBytes > 0) {
      const text = `the stream ends inside a packet: ${pendingBytes} bytes of it came`;
      throw new PolywireError(ErrorCode.MALFORMED_PACKET, text);
    }
    this.#receiver.onEnd();
  }

  write(queue: PacketQueue, ending: boolean): void {
    if (this.finished) return;
    for (let bytes = queue.peek(); bytes !== undefined; bytes = queue.peek()) {
      const { length } = bytes;
      if (!this.#hasRoom()) return;
      const sent = this.#send(bytes, false);
      if (sent > 0) queue.drop(sent);
      if (sent < length) return;
    }
    if (!ending) return;
    this.#send(NOTHING, true);
    this.finished = true;
  }

  /**
   * A write that finds no room sends a frame that says so. The peer would acknowledge each, and
   * each acknowledgement would lead to the next write.
   */
  #hasRoom(): boolean {
    try {
      return !this.#exists || this.#connection.streamCapacity(STREAM_ID) > 0;
    } catch (thrown) {
      throw streamFailure(thrown);
    }
  }

  /** How much of it quiche took: it takes what the peer's windows have room for. */
  #send(bytes: Uint8Array, fin: boolean): number {
    try {
      const sent = this.#connection.streamSend(STREAM_ID, bytes, fin) ?? 0;
      this.#exists = true;
      return sent;
    } catch (thrown) {
      throw streamFailure(thrown);
    }
  }
}
