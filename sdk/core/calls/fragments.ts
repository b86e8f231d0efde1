import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import * as PacketFlag from '@polywire/protocol/enums/polywire.transport.v1.PacketFlag';
import * as PacketType from '@polywire/protocol/enums/polywire.transport.v1.PacketType';
import { PolywireError } from '../error.js';
import { LargeMessage, type LargeMessages } from '../packet/large-message.js';
import type { Packet } from '../packet/packet.js';
import { PacketJoiner } from '../packet/packet-joiner.js';
import { CallEngine, type CallEngineOptions } from './call-engine.js';
import type { CallEnvironment } from './call-environment.js';
import { LargeQueue } from './large-queue.js';

/** Bytes of large messages that may wait to be sent, in messages of the largest size. */
const MAX_WAITING_MESSAGES = 4;

/** Makes an engine that moves messages that are larger than one packet. Handed in: not everybody carries it. */
export type Fragments = (options: CallEngineOptions, environment: CallEnvironment) => CallEngine;

/** Moves messages that are larger than one packet in pieces. */
export const fragments: Fragments = (options, environment) => new PiecesEngine(options, environment);

/** An engine that moves messages that are larger than one packet in pieces. */
export class PiecesEngine extends CallEngine {
  override readonly pieces: Pieces = new Pieces(this);

  override flush(): void {
    super.flush();
    this.pieces.send();
  }

  override get isIdle(): boolean {
    return super.isIdle && this.pieces.isIdle;
  }

  override get isSendingLarge(): boolean {
    return this.pieces.isSending;
  }

  override writeError(
    packetType: Packet['packetType'],
    serviceId: number,
    messageId: number,
    error: PolywireError,
  ): void {
    const { writer } = this;
    // Behind the items of the call that are still on their way.
    writer.queues = this.pieces.isSendingOf(packetType, messageId);
    try {
      super.writeError(packetType, serviceId, messageId, error);
    } finally {
      writer.queues = false;
    }
  }

  override dropPieces(received: Packet['packetType'], messageId: number, sent?: Packet['packetType']): void {
    this.pieces.drop(received, messageId, sent);
  }

  protected override onMessage(packet: Packet): void {
    const { pieces } = this;
    const mayBePiece = (packet.flags & PacketFlag.FRAGMENTED) !== 0 || pieces.isJoining;
    const whole = mayBePiece ? pieces.take(packet) : packet;
    if (whole !== undefined) super.onMessage(whole);
  }

  protected override closeLink(): void {
    super.closeLink();
    this.pieces.clear();
  }
}

/** The large messages of one connection: cuts those that are sent, and joins those that come. */
export class Pieces implements LargeMessages {
  readonly #engine: CallEngine;
  /** Large messages that are being sent. Undefined: none. */
  #queue: LargeQueue | undefined;
  /** Puts the pieces of received messages together. Undefined: none has come yet. */
  #joiner: PacketJoiner | undefined;
  #cutsAtOnce = false;

  constructor(engine: CallEngine) {
    this.#engine = engine;
  }

  get isSending(): boolean {
    return this.#queue !== undefined;
  }

  /** A packet without the flag may be the last piece of a message. */
  get isJoining(): boolean {
    return this.#joiner !== undefined && this.#joiner.size > 0;
  }

  /** Bytes of incomplete messages. */
  get joiningBytes(): number {
    return this.#joiner?.bytes ?? 0;
  }

  get isIdle(): boolean {
    return !this.isSending && !this.isJoining;
  }

  isSendingOf(packetType: Packet['packetType'], messageId: number): boolean {
    return this.#queue?.has(packetType, messageId) ?? false;
  }

  /**
   * A message that is larger than one packet goes out in pieces, while the connection has room:
   * what is written meanwhile goes before its rest.
   */
  takeLarge(...parts: ConstructorParameters<typeof LargeMessage>): void {
    const message = new LargeMessage(...parts);
    if (this.#cutsAtOnce) {
      message.writeAll(this.#engine.writer);
      return;
    }
    this.#queue ??= new LargeQueue(MAX_WAITING_MESSAGES * this.#engine.maxMessageBytes);
    this.#queue.add(message);
  }

  /** What `write` writes goes out before anything that follows, also what is large. */
  cutAtOnce(write: () => void): void {
    this.#cutsAtOnce = true;
    try {
      write();
    } finally {
      this.#cutsAtOnce = false;
    }
  }

  /** Sends pieces while there is room. */
  send(): void {
    if (this.#queue === undefined) return;
    while (this.#engine.isWritable && this.#queue?.isEmpty === false) {
      this.#queue.writeNext(this.#engine.writer);
      this.#engine.sendBatch();
    }
    this.#endIfEmpty();
  }

  /**
   * Takes a packet that may be a piece.
   * @returns the whole message, or the packet itself when it is none; undefined: there is nothing to handle now
   */
  take(packet: Packet): Packet | undefined {
    const { incoming, maxMessageBytes } = this.#engine;
    if (this.#joiner?.has(packet) !== true) {
      if ((packet.flags & PacketFlag.FRAGMENTED) === 0 || !this.#expects(packet)) return packet;
      if (packet.packetType === PacketType.REQUEST && incoming.admitsPieces?.(packet) !== true) return undefined;
    }
    try {
      this.#joiner ??= new PacketJoiner(maxMessageBytes);
      return this.#joiner.push(packet);
    } catch (thrown) {
      const error = PolywireError.from(thrown);
      if (error.code !== ErrorCode.PACKET_TOO_LARGE && error.code !== ErrorCode.RESOURCE_EXHAUSTED) throw error;
      this.refuse(packet, error);
      return undefined;
    }
  }

  /** Ends what a piece belongs to. */
  refuse(packet: Packet, error: PolywireError): void {
    const { incoming, outgoing } = this.#engine;
    if (packet.packetType === PacketType.REQUEST) incoming.refuse?.(packet, error);
    else if (packet.packetType === PacketType.RESPONSE) outgoing.open.get(packet.messageId)?.cancel(error);
    else for (const call of outgoing.followers(packet)) call.cancel(error);
  }

  /** What came of a message, or waits to be sent, is not wanted any more. */
  drop(received: Packet['packetType'], messageId: number, sent?: Packet['packetType']): void {
    this.#joiner?.drop(received, messageId);
    if (sent === undefined || this.#queue === undefined) return;
    this.#queue.drop(sent, messageId);
    this.#endIfEmpty();
  }

  clear(): void {
    this.#queue = undefined;
    this.#joiner = undefined;
  }

  /** It is the first piece of something that this side waits for. Opaque packets stay as they are. */
  #expects(packet: Packet): boolean {
    const { incoming, outgoing, maxMessageBytes, maxSendPayloadBytes } = this.#engine;
    if (maxMessageBytes <= maxSendPayloadBytes) return false;
    if (packet.packetType === PacketType.REQUEST) {
      if (incoming.has === undefined) return false;
      return (packet.flags & PacketFlag.ROUTE) !== 0 || incoming.has(packet.messageId);
    }
    if (packet.packetType === PacketType.RESPONSE) return outgoing.open.get(packet.messageId) !== undefined;
    return outgoing.followers(packet).length > 0;
  }

  #endIfEmpty(): void {
    if (this.#queue?.isEmpty !== true) return;
    this.#queue = undefined;
    this.#engine.giveRoom();
    this.#engine.environment.onIdle?.();
  }
}
