import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import type { PacketType } from '@polywire/protocol/polywire.transport.v1';
import { PolywireError } from '../error.js';
import type { LargeMessage } from '../packet/large-message.js';
import type { PacketWriter } from '../packet/packet-writer.js';

/** Large messages that are being sent. Two take turns, a piece each; those of one call keep their order. */
export class LargeQueue {
  readonly #maxBytes: number;
  readonly #messages: LargeMessage[] = [];
  #bytes = 0;

  /** @param maxBytes bytes that may wait */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  /** @throws PolywireError RESOURCE_EXHAUSTED */
  add(message: LargeMessage): void {
    if (this.#bytes + message.bytes > this.#maxBytes) {
      const text = `${this.#bytes} bytes of large messages wait to be sent; the limit is ${this.#maxBytes}`;
      throw new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, text, { details: { limit: String(this.#maxBytes) } });
    }
    this.#messages.push(message);
    this.#bytes += message.bytes;
  }

  has(packetType: PacketType, messageId: number): boolean {
    return this.#messages.some((message) => message.packetType === packetType && message.messageId === messageId);
  }

  /** Writes the next piece of whose turn it is. */
  writeNext(writer: PacketWriter): void {
    const message = this.#messages.shift();
    if (message === undefined) return;
    if (message.writePiece(writer)) this.#bytes -= message.bytes;
    else this.#messages.splice(this.#placeOf(message), 0, message);
  }

  /** Messages of a call are not wanted any more. */
  drop(packetType: PacketType, messageId: number): void {
    for (let at = this.#messages.length - 1; at >= 0; at--) {
      const message = this.#messages[at] as LargeMessage;
      if (message.packetType !== packetType || message.messageId !== messageId) continue;
      this.#messages.splice(at, 1);
      this.#bytes -= message.bytes;
    }
  }

  /**
   * Two take turns, so that a peer need not keep more than two incomplete ones. The next message of
   * the same call stays behind.
   */
  #placeOf({ packetType, messageId }: LargeMessage): number {
    const [next] = this.#messages;
    return next?.packetType === packetType && next.messageId === messageId ? 0 : 1;
  }
}
