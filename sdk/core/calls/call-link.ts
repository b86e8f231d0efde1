import { ErrorCodec, type Error as ErrorMessage } from '@polywire/protocol/polywire.errors.v1';
import { PacketFlag, PacketType } from '@polywire/protocol/polywire.transport.v1';
import { type AnyReader, ByteReader } from '@polywire/protocol/wire';
import type { Clock } from '../clock.js';
import { PolywireError } from '../error.js';
import type { Packet } from '../packet/packet.js';
import { PacketWriter } from '../packet/packet-writer.js';
import { Deadlines } from './deadlines.js';

export interface CallLinkOptions {
  readonly clock: Clock;
  /** Hands bytes to the connection: borrowed until it returns. False: hold back what is optional. */
  send(bytes: Uint8Array): boolean;
  /** Runs a function once, after the present turn. */
  defer(run: () => void): void;
  /** Largest payload that the peer accepts, until it says otherwise. */
  readonly maxSendPayloadBytes: number;
  /** Bytes of stream items that may wait for a slow reader on this side. */
  readonly maxStreamBytes: number;
}

// An idle connection owns no buffer: writers are lent from the first packet of a batch until it is
// sent. Decoding never calls out, so one reader serves every link.
const MAX_IDLE_WRITERS = 64;
const idleWriters: PacketWriter[] = [];
const sharedReader = new ByteReader(new Uint8Array(0));

/**
 * What calls in both directions share: the writer of packets, whose batches leave together, and
 * the timers.
 *
 * Invariant: while a received batch is being handled (`held`), nothing is sent; its replies
 * leave in one piece at the end. Outside of that, packets of one turn leave together.
 */
export class CallLink {
  /** Largest payload that the peer accepts. */
  maxSendPayloadBytes: number;
  readonly reader = sharedReader;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly maxStreamBytes: number;
  readonly #options: CallLinkOptions;
  readonly #waitingForRoom: (() => void)[] = [];
  #writer: PacketWriter | undefined;
  #held = false;
  #flushPlanned = false;
  #writable = true;
  closed = false;
  /** Packets sent since the start. */
  packetsOut = 0;

  constructor(options: CallLinkOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.maxStreamBytes = options.maxStreamBytes;
    this.maxSendPayloadBytes = options.maxSendPayloadBytes;
    this.deadlines = new Deadlines(options.clock);
  }

  /** Where packets are written. Follow it with `flushSoon`. */
  get writer(): PacketWriter {
    if (this.#writer === undefined) {
      this.#writer = idleWriters.pop() ?? new PacketWriter();
      this.#writer.maxPayloadBytes = this.maxSendPayloadBytes;
    }
    return this.#writer;
  }

  /** Runs `work` and sends all that it wrote in one piece. */
  hold(work: () => void): void {
    this.#held = true;
    try {
      work();
    } finally {
      this.#held = false;
      this.flush();
    }
  }

  /** Sends what is written: at the end of the batch, or at the end of the turn. */
  flushSoon(): void {
    if (this.#held || this.#flushPlanned) return;
    this.#flushPlanned = true;
    this.#options.defer(this.#flushPlannedNow);
  }

  readonly #flushPlannedNow = (): void => {
    this.#flushPlanned = false;
    this.flush();
  };

  /** Sends what is written now. */
  flush(): void {
    const writer = this.#writer;
    if (writer === undefined) return;
    this.#writer = undefined;
    if (writer.length > 0) {
      this.packetsOut += writer.packets;
      const bytes = writer.take();
      if (!this.closed) this.#writable = this.#options.send(bytes);
    }
    if (idleWriters.length < MAX_IDLE_WRITERS) idleWriters.push(writer);
  }

  /** The connection has room again. */
  onWritable(): void {
    this.#writable = true;
    for (const resume of this.#waitingForRoom.splice(0)) resume();
  }

  /** Undefined when there is room, else a promise of it. Also settles when the link closes. */
  room(): Promise<void> | undefined {
    if (this.#writable || this.closed) return undefined;
    return new Promise((resolve) => this.#waitingForRoom.push(resolve));
  }

  /** Writes the end of a call that failed. */
  writeError(packetType: PacketType, serviceId: number, messageId: number, error: PolywireError): void {
    this.writer.message(
      { packetType, serviceId, messageId, flags: 0, route: { code: error.code } },
      ErrorCodec,
      error.toMessage(),
    );
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
    if (borrow || !codec.borrows) {
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
    this.deadlines.clear();
    for (const resume of this.#waitingForRoom.splice(0)) resume();
  }
}
