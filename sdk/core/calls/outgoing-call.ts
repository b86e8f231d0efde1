import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import * as PacketFlag from '@polywire/protocol/enums/polywire.transport.v1.PacketFlag';
import * as PacketType from '@polywire/protocol/enums/polywire.transport.v1.PacketType';
import type { CallDescriptor, CallOptions, CallsDescriptor, StartedCall } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import type { Packet } from '../packet/packet.js';
import type { OutgoingCalls } from './outgoing-calls.js';

/** Where a call's outcome goes. */
export interface OutgoingSink {
  /** One response. That of a unary or client-stream call is its end. */
  onMessage(message: unknown, bytes: number): void;
  /** The stream of responses ended well; nothing follows. */
  onEnd?(): void;
  /** The call failed; nothing follows. */
  onError(error: PolywireError): void;
}

/**
 * One call that this side makes. It ends exactly once.
 *
 * A call that is to outlive its connection is of a class of its own, which has `fail` go on elsewhere.
 */
export class OutgoingCall implements StartedCall {
  /** Set when it is sent. */
  messageId = 0;
  /** The connection that it is on. Undefined: none. */
  on: OutgoingCalls | undefined = undefined;
  /** Group whose one-way packets belong to this call too; 0: none. */
  fanoutId = 0;
  /** Unix milliseconds of its deadline; Infinity: none; 0: it does not run yet. */
  dueMs = 0;
  /** Idempotency key; empty: none. */
  key: string;
  ended = false;
  readonly service: CallsDescriptor;
  readonly method: CallDescriptor;
  readonly options: CallOptions;
  readonly sink: OutgoingSink;
  /** It is answered by one response, not by a stream. */
  readonly hasOneAnswer: boolean;

  constructor(service: CallsDescriptor, method: CallDescriptor, options: CallOptions, sink: OutgoingSink) {
    this.service = service;
    this.method = method;
    this.options = options;
    this.sink = sink;
    this.key = options.idempotencyKey ?? '';
    this.hasOneAnswer = method.kind === 'unary' || method.kind === 'client-stream';
  }

  /** A text for errors. */
  get name(): string {
    return `${this.service.typeName}.${this.method.name}`;
  }

  /** To be called once when it has begun: the deadline runs elsewhere. */
  listen(): void {
    this.options.signal?.addEventListener('abort', this);
  }

  /** For the signal: it is aborted. Also for a caller who wants no more of a stream. */
  handleEvent(): void {
    this.cancel(cancelled(this.options.signal));
  }

  /** The deadline has passed. */
  expire(): void {
    const { timeoutMs } = this.options;
    const text = `${this.name} did not answer within ${timeoutMs} ms`;
    this.cancel(new PolywireError(ErrorCode.DEADLINE_EXCEEDED, text, { details: { timeout_ms: String(timeoutMs) } }));
  }

  /** Sends a further request of a client stream, or undefined to end it. Throws when it cannot be encoded. */
  sendItem(item: unknown): void {
    this.on?.writeRequest(this, item === undefined ? 0 : PacketFlag.MORE, item);
  }

  room(): Promise<void> | undefined {
    return this.on?.link.room();
  }

  /** Withdraws the call and fails it on this side, for good. */
  cancel(error: PolywireError): void {
    if (this.ended) return;
    this.withdraw();
    this.end(error);
  }

  /** Takes it away from its connection; the peer is told. */
  withdraw(): void {
    const { on } = this;
    if (on === undefined) return;
    on.link.write(PacketType.ONE_WAY, this.service.serviceId, this.messageId, PacketFlag.CANCEL);
    on.delete(this);
  }

  /** The peer, or the end of the connection, fails the call. It is on no connection any more. */
  fail(error: PolywireError): void {
    this.end(error);
  }

  /** A response, or an item of a stream. */
  deliver(message: unknown, bytes: number): void {
    this.sink.onMessage(message, bytes);
  }

  /** A packet for this call: a response, an item, or the end. */
  onPacket(packet: Packet, on: OutgoingCalls): void {
    const { flags, packetType } = packet;
    if (!this.hasOneAnswer && (flags & PacketFlag.MORE) === 0 && packetType === PacketType.RESPONSE) {
      on.delete(this);
      this.end();
      this.sink.onEnd?.();
      return;
    }
    try {
      if ((flags & PacketFlag.FRAGMENTED) !== 0) throw noFragments();
      const message = on.link.readPayload(packet, this.method.response, false);
      if (this.hasOneAnswer) {
        on.delete(this);
        this.end();
      }
      this.deliver(message, packet.payloadLen);
    } catch (thrown) {
      // What follows is of no use.
      this.cancel(PolywireError.from(thrown));
    }
  }

  /** It is over: called once. */
  end(error?: PolywireError): void {
    this.ended = true;
    this.options.signal?.removeEventListener('abort', this);
    if (error !== undefined) this.sink.onError(error);
  }
}

/** A call's error when its signal is aborted. */
export function cancelled(signal?: AbortSignal): PolywireError {
  return new PolywireError(ErrorCode.CANCELLED, 'the call was withdrawn', { cause: signal?.reason });
}

/** What a message in pieces fails with when nobody joins them. */
export function noFragments(): PolywireError {
  return new PolywireError(ErrorCode.PACKET_TOO_LARGE, 'the message comes in pieces: connect with `fragments`');
}
