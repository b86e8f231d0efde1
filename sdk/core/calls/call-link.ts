import { type Error as ErrorMessage, ErrorReader, ErrorWriter } from '@polywire/protocol/polywire.errors.v1';
import type { PacketType, RouteInit } from '@polywire/protocol/polywire.transport.v1';
import { type AnyReader, type AnyWriter, ByteReader } from '@polywire/protocol/wire';
import type { Clock } from '../clock.js';
import { PolywireError } from '../error.js';
import type { Packet } from '../packet/packet.js';
import { PacketWriter } from '../packet/packet-writer.js';
import type { CallEnvironment } from './call-environment.js';
import type { Pieces } from './fragments.js';

export interface CallLinkOptions {
  readonly clock: Clock;
  /** Runs a function once, after the present turn. */
  defer(run: () => void): void;
  /** Largest payload that the peer accepts, until it says otherwise. */
  readonly maxSendPayloadBytes: number;
  /** Bytes of stream items that may wait for a slow reader on this side. */
  readonly maxStreamBytes: number;
  /**
   * Packets of one turn leave in pieces of about this size. For a WebSocket peer that takes messages
   * of a certain size: its largest packet, and a batch before it. Default: in one piece.
   */
  readonly maxBatchBytes?: number;
  /** Largest message to accept, and to send, in pieces. Default: messages are never cut. */
  readonly maxMessageBytes?: number;
}

// An idle connection owns no buffer: writers are lent from the first packet of a batch until it is
// sent. Decoding never calls out, so one reader serves every link.
const MAX_IDLE_WRITERS = 64;
const idleWriters: PacketWriter[] = [];
const sharedReader = new ByteReader(new Uint8Array(0));

/**
 * For a transport that knows in which memory the bytes lie that it is about to hand on, from its beginning on: to ask a
 * view for it takes longer than to read a small message.
 */
export function knowMemory(bytes: Uint8Array, memory: ArrayBuffer): void {
  sharedReader.reset(bytes);
  sharedReader.memory = memory;
  sharedReader.memoryStart = 0;
}

/**
 * What calls in both directions share: the writer of packets, whose batches leave together.
 *
 * Invariant: while a received batch is being handled (`held`), nothing is sent; its replies
 * leave in one piece at the end. Outside of that, packets of one turn leave together.
 */
export class CallLink {
  /** Largest payload that the peer accepts: set it when the peer says so. */
  maxSendPayloadBytes: number;
  /** Largest message to accept, and to send, in pieces: set it when the peer says so. */
  maxMessageBytes: number;
  /** The connection. An idle engine may be given to another. */
  environment: CallEnvironment;
  /** Moves messages that are larger than one packet: an engine made by `fragments` has it. Undefined: they are refused. */
  readonly pieces: Pieces | undefined = undefined;
  closed = false;
  /** Packets sent since the start. */
  packetsOut = 0;
  readonly #options: CallLinkOptions;
  readonly #maxBatchBytes: number;
  #waitingForRoom: (() => void)[] = [];
  #writer: PacketWriter | undefined;
  #held = false;
  #flushPlanned = false;
  #writable = true;

  constructor(options: CallLinkOptions, environment: CallEnvironment) {
    this.#options = options;
    this.#maxBatchBytes = options.maxBatchBytes ?? Number.POSITIVE_INFINITY;
    this.environment = environment;
    this.maxSendPayloadBytes = options.maxSendPayloadBytes;
    this.maxMessageBytes = options.maxMessageBytes ?? 0;
  }

  get reader(): ByteReader {
    return sharedReader;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get maxStreamBytes(): number {
    return this.#options.maxStreamBytes;
  }

  /** Where packets are written. Follow it with `flushSoon`. */
  get writer(): PacketWriter {
    if (this.#writer === undefined) {
      this.#writer = idleWriters.pop() ?? new PacketWriter();
      this.#writer.maxPayloadBytes = this.maxSendPayloadBytes;
      this.#writer.maxMessageBytes = this.maxMessageBytes;
      this.#writer.large = this.pieces;
    }
    return this.#writer;
  }

  /** Nothing is sent until `release`, which sends all that was written meanwhile in one piece. */
  protected hold(): void {
    this.#held = true;
  }

  protected release(): void {
    this.#held = false;
    this.flush();
  }

  /** Sends what is written: at the end of the batch, or at the end of the turn. */
  flushSoon(): void {
    if (this.#writer !== undefined && this.#writer.length >= this.#maxBatchBytes) this.sendBatch();
    if (!this.#held && !this.#flushPlanned) this.#planFlush();
  }

  #planFlush(): void {
    this.#flushPlanned = true;
    this.#options.defer(() => {
      this.#flushPlanned = false;
      this.flush();
    });
  }

  /** Sends what is written now. */
  flush(): void {
    this.sendBatch();
  }

  /** `flush`, without the pieces that wait for room. */
  sendBatch(): void {
    const writer = this.#writer;
    if (writer === undefined) return;
    this.#writer = undefined;
    if (writer.length > 0) {
      this.packetsOut += writer.packets;
      const bytes = writer.take();
      if (!this.closed) this.#writable = this.environment.send(bytes);
    } else writer.reset();
    writer.large = undefined;
    if (idleWriters.length < MAX_IDLE_WRITERS) idleWriters.push(writer);
  }

  /** Nothing is on its way in either direction. */
  get isIdle(): boolean {
    if (this.closed || this.#held || this.#flushPlanned || !this.#hasRoom) return false;
    return this.#writer === undefined && this.#waitingForRoom.length === 0;
  }

  /** Large messages are being sent. */
  get isSendingLarge(): boolean {
    return false;
  }

  /** The connection has room again. */
  onWritable(): void {
    this.#writable = true;
    this.flush();
    this.giveRoom();
  }

  /** The connection takes more. */
  get isWritable(): boolean {
    return this.#writable && !this.closed;
  }

  /** Has those go on that wait for room, if there is some. */
  giveRoom(): void {
    if (this.#hasRoom) for (const resume of this.#waitingForRoom.splice(0)) resume();
  }

  get #hasRoom(): boolean {
    return this.closed || (this.#writable && !this.isSendingLarge);
  }

  /** Undefined: there is room, else a promise of it. Also settles when the link closes. */
  room(): Promise<void> | undefined {
    return this.#hasRoom ? undefined : new Promise((resolve) => this.#waitingForRoom.push(resolve));
  }

  /**
   * Writes a packet, which leaves with the others of this turn.
   * @param codec undefined: without a payload
   */
  write(
    packetType: PacketType,
    serviceId: number,
    messageId: number,
    flags: number,
    route?: RouteInit,
    codec?: AnyWriter,
    message?: unknown,
  ): void {
    this.writer.message({ packetType, serviceId, messageId, flags, route }, codec, message);
    this.flushSoon();
  }

  /** Writes the end of a call that failed. */
  writeError(packetType: PacketType, serviceId: number, messageId: number, error: PolywireError): void {
    this.write(packetType, serviceId, messageId, 0, { code: error.code }, ErrorWriter, error.toMessage());
  }

  /**
   * Decodes a payload. Unless `borrow`, bytes fields do not refer to the packet, so that the
   * message may be kept. Throws WireError.
   */
  readPayload(packet: Packet, codec: AnyReader, borrow: boolean): unknown {
    const reader = this.reader;
    if (borrow || packet.owned || !codec.borrows) {
      reader.reset(packet.bytes, packet.payloadStart, packet.end);
    } else {
      reader.reset(packet.bytes.slice(packet.payloadStart, packet.end));
    }
    return codec.read(reader);
  }

  /** The error that a packet carries. A payload that cannot be read leaves the code standing. */
  readError(packet: Packet, code: number): PolywireError {
    let message: ErrorMessage | undefined;
    try {
      message = this.readPayload(packet, ErrorReader, false) as ErrorMessage;
    } catch {}
    return PolywireError.fromMessage(code, message);
  }

  /** What came, or waits to be sent, of a message in pieces is not wanted any more. */
  dropPieces(_received: PacketType, _messageId: number, _sent?: PacketType): void {}

  /** Sends what is written, then nothing more. */
  protected closeLink(): void {
    this.flush();
    this.closed = true;
    this.giveRoom();
  }
}
