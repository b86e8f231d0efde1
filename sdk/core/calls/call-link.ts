import { ErrorCode, ErrorCodec, type Error as ErrorMessage } from '@polywire/protocol/polywire.errors.v1';
import { PacketFlag, PacketType } from '@polywire/protocol/polywire.transport.v1';
import { type AnyReader, ByteReader } from '@polywire/protocol/wire';
import type { Clock } from '../clock.js';
import { PolywireError } from '../error.js';
import type { LargeMessages } from '../packet/large-message.js';
import type { Packet } from '../packet/packet.js';
import type { PacketJoiner } from '../packet/packet-joiner.js';
import { PacketWriter } from '../packet/packet-writer.js';
import type { CallEnvironment } from './call-environment.js';
import { Deadlines } from './deadlines.js';
import type { Fragments } from './fragments.js';
import type { LargeQueue } from './large-queue.js';

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
  /** Cuts large messages, and joins pieces. Missing: messages are never cut, and pieces are refused. */
  readonly fragments?: Fragments | undefined;
  /** Largest message to accept, and to send, in pieces. Default: messages are never cut. */
  readonly maxMessageBytes?: number;
}

// An idle connection owns no buffer: writers are lent from the first packet of a batch until it is
// sent. Decoding never calls out, so one reader serves every link.
const MAX_IDLE_WRITERS = 64;
/** Bytes of large messages that may wait to be sent, in messages of the largest size. */
const MAX_WAITING_MESSAGES = 4;
const idleWriters: PacketWriter[] = [];
const sharedReader = new ByteReader(new Uint8Array(0));

/**
 * What calls in both directions share: the writer of packets, whose batches leave together, and
 * the timers.
 *
 * Invariant: while a received batch is being handled (`held`), nothing is sent; its replies
 * leave in one piece at the end. Outside of that, packets of one turn leave together.
 */
export class CallLink implements LargeMessages {
  /** Largest payload that the peer accepts. */
  maxSendPayloadBytes: number;
  /** Largest message to accept, and to send, in pieces. */
  maxMessageBytes: number;
  /** The connection. An idle engine may be given to another. */
  environment: CallEnvironment;
  readonly #options: CallLinkOptions;
  /** Undefined: no call has had a deadline yet. */
  #deadlines: Deadlines | undefined;
  #waitingForRoom: (() => void)[] | undefined;
  #writer: PacketWriter | undefined;
  #held = false;
  #flushPlanned = false;
  #writable = true;
  /** Large messages that are being sent. Undefined: none. */
  #large: LargeQueue | undefined;
  #cutsAtOnce = false;
  /** Puts the pieces of received messages together. Undefined: none has come yet. */
  joiner: PacketJoiner | undefined;
  closed = false;
  /** Packets sent since the start. */
  packetsOut = 0;

  constructor(options: CallLinkOptions, environment: CallEnvironment) {
    this.#options = options;
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

  get deadlines(): Deadlines {
    this.#deadlines ??= new Deadlines(this.#options.clock);
    return this.#deadlines;
  }

  /** Where packets are written. Follow it with `flushSoon`. */
  get writer(): PacketWriter {
    if (this.#writer === undefined) {
      this.#writer = idleWriters.pop() ?? new PacketWriter();
      this.#writer.maxPayloadBytes = this.maxSendPayloadBytes;
      this.#writer.maxMessageBytes = this.maxMessageBytes;
      if (this.#options.fragments !== undefined) this.#writer.large = this;
    }
    return this.#writer;
  }

  /** Nothing is sent until `release`, which sends all that was written meanwhile in one piece. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.flush();
  }

  /** Sends what is written: at the end of the batch, or at the end of the turn. */
  flushSoon(): void {
    const written = this.#writer;
    const { maxBatchBytes = Number.POSITIVE_INFINITY } = this.#options;
    if (written !== undefined && written.length >= maxBatchBytes) this.#send(written);
    if (this.#held || this.#flushPlanned) return;
    this.#flushPlanned = true;
    this.#options.defer(() => {
      this.#flushPlanned = false;
      this.flush();
    });
  }

  /** Sends what is written now. */
  flush(): void {
    if (this.#writer !== undefined) this.#send(this.#writer);
    if (this.#large !== undefined) this.#sendPieces();
  }

  #send(writer: PacketWriter): void {
    this.#writer = undefined;
    if (writer.length > 0) {
      this.packetsOut += writer.packets;
      const bytes = writer.take();
      if (!this.closed) this.#writable = this.environment.send(bytes);
    } else writer.reset();
    writer.large = undefined;
    if (idleWriters.length < MAX_IDLE_WRITERS) idleWriters.push(writer);
  }

  /**
   * A message that is larger than one packet goes out in pieces, while the connection has room:
   * what is written meanwhile goes before its rest.
   */
  takeLarge(
    packetType: PacketType,
    serviceId: number,
    messageId: number,
    flags: number,
    ext: Uint8Array,
    payload: Uint8Array,
  ): void {
    // The writer asks only who has them.
    const { Message, Queue } = this.#options.fragments as Fragments;
    const message = new Message(packetType, serviceId, messageId, flags, ext, payload);
    if (this.#cutsAtOnce) {
      message.writeAll(this.writer);
      return;
    }
    this.#large ??= new Queue(MAX_WAITING_MESSAGES * this.maxMessageBytes);
    this.#large.add(message);
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

  /** Nothing is on its way in either direction. */
  get isIdle(): boolean {
    if (this.closed || this.#held || this.#flushPlanned || !this.#hasRoom) return false;
    return this.#writer === undefined && this.#waitingForRoom === undefined && (this.joiner?.size ?? 0) === 0;
  }

  /** Large messages are being sent. */
  get isSendingLarge(): boolean {
    return this.#large !== undefined;
  }

  /** A large message of a call is not wanted any more. */
  dropLarge(packetType: PacketType, messageId: number): void {
    this.#large?.drop(packetType, messageId);
    if (this.#large?.isEmpty === true) this.#endLarge();
  }

  /**
   * What puts pieces together.
   * @throws PolywireError PACKET_TOO_LARGE when this side takes no pieces
   */
  join(): PacketJoiner {
    const { fragments } = this.#options;
    if (fragments === undefined) {
      throw new PolywireError(ErrorCode.PACKET_TOO_LARGE, 'the message comes in pieces: connect with `fragments`');
    }
    this.joiner ??= new fragments.Joiner(this.maxMessageBytes);
    return this.joiner;
  }

  /** What came of a message in pieces is not wanted any more. */
  dropPieces(packetType: PacketType, messageId: number): void {
    this.joiner?.drop(packetType, messageId);
  }

  #sendPieces(): void {
    while (this.#writable && !this.closed && this.#large?.isEmpty === false) {
      const { writer } = this;
      this.#large.writeNext(writer);
      this.#send(writer);
    }
    if (this.#large?.isEmpty === true) this.#endLarge();
  }

  #endLarge(): void {
    this.#large = undefined;
    this.#giveRoom();
    this.environment.onIdle?.();
  }

  /** The connection has room again. */
  onWritable(): void {
    this.#writable = true;
    if (this.#large !== undefined) this.#sendPieces();
    this.#giveRoom();
  }

  #giveRoom(): void {
    if (this.#hasRoom) this.#resumeAll();
  }

  #resumeAll(): void {
    const waiting = this.#waitingForRoom;
    if (waiting === undefined) return;
    this.#waitingForRoom = undefined;
    for (const resume of waiting) resume();
  }

  get #hasRoom(): boolean {
    return this.closed || (this.#writable && this.#large === undefined);
  }

  /** Undefined when there is room, else a promise of it. Also settles when the link closes. */
  room(): Promise<void> | undefined {
    if (this.#hasRoom) return undefined;
    this.#waitingForRoom ??= [];
    const waiting = this.#waitingForRoom;
    return new Promise((resolve) => waiting.push(resolve));
  }

  /** Writes the end of a call that failed. */
  writeError(packetType: PacketType, serviceId: number, messageId: number, error: PolywireError): void {
    const { writer } = this;
    // Behind the items of the call that are still on their way.
    writer.queues = this.#large?.has(packetType, messageId) ?? false;
    try {
      const head = { packetType, serviceId, messageId, flags: 0, route: { code: error.code } };
      writer.message(head, ErrorCodec, error.toMessage());
    } finally {
      writer.queues = false;
    }
    this.flushSoon();
  }

  writeCancel(serviceId: number, messageId: number): void {
    this.writer.message(
      { packetType: PacketType.ONE_WAY, serviceId, messageId, flags: PacketFlag.CANCEL, route: undefined },
      undefined,
      undefined,
    );
    this.flushSoon();
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
    try {
      return PolywireError.fromMessage(code, this.readPayload(packet, ErrorCodec, false) as ErrorMessage);
    } catch {
      return PolywireError.fromMessage(code, { code: 0, message: '', details: new Map(), retryAfterMs: 0 });
    }
  }

  /** Sends what is written, then nothing more. */
  close(): void {
    this.flush();
    this.closed = true;
    this.#large = undefined;
    this.joiner = undefined;
    this.#deadlines?.clear();
    this.#resumeAll();
  }
}
