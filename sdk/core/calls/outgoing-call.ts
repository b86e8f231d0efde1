import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PacketFlag, PacketType } from '@polywire/protocol/polywire.transport.v1';
import type { CallDescriptor, CallOptions, CallsDescriptor } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import type { Packet } from '../packet/packet.js';
import type { CallLink } from './call-link.js';
import type { StartedCall } from './call-target.js';
import type { Deadline } from './deadlines.js';
import type { OutgoingCalls } from './outgoing-calls.js';

/** Where a call's outcome goes. */
export interface OutgoingSink {
  /** One response. */
  onMessage(message: unknown, bytes: number): void;
  /** The call ended well; nothing follows. */
  onEnd(): void;
  /** The call failed; nothing follows. */
  onError(error: PolywireError): void;
}

/** One call that this side makes. It ends exactly once. */
export class OutgoingCall implements StartedCall {
  readonly messageId: number;
  next: this | undefined = undefined;
  /** Group whose one-way packets belong to this call too; 0: none. */
  fanoutId = 0;
  readonly #link: CallLink;
  readonly #service: CallsDescriptor;
  readonly #method: CallDescriptor;
  readonly #sink: OutgoingSink;
  readonly #calls: OutgoingCalls;
  #deadline: Deadline | undefined;
  #stopListening: (() => void) | undefined;
  #ended = false;

  constructor(
    link: CallLink,
    calls: OutgoingCalls,
    service: CallsDescriptor,
    method: CallDescriptor,
    messageId: number,
    sink: OutgoingSink,
  ) {
    this.#link = link;
    this.#service = service;
    this.#method = method;
    this.messageId = messageId;
    this.#sink = sink;
    this.#calls = calls;
  }

  get serviceId(): number {
    return this.#service.serviceId;
  }

  /** It is answered by one response, not by a stream. */
  get hasOneAnswer(): boolean {
    return this.#method.kind === 'unary' || this.#method.kind === 'client-stream';
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Arms deadline and signal. */
  watch(options: CallOptions, cancelled: (signal: AbortSignal) => PolywireError): void {
    const { signal, timeoutMs } = options;
    if (timeoutMs !== undefined && timeoutMs > 0) {
      this.#deadline = this.#link.deadlines.set(timeoutMs, () => {
        this.cancel(
          new PolywireError(
            ErrorCode.DEADLINE_EXCEEDED,
            `${this.#service.typeName}.${this.#method.name} did not answer within ${timeoutMs} ms`,
            { details: { timeout_ms: String(timeoutMs) } },
          ),
        );
      });
    }
    if (signal !== undefined) {
      const onAbort = () => this.cancel(cancelled(signal));
      signal.addEventListener('abort', onAbort, { once: true });
      this.#stopListening = () => signal.removeEventListener('abort', onAbort);
    }
  }

  /** Sends a further request of a client stream. Throws when it cannot be encoded. */
  sendItem(item: unknown): void {
    this.#write(PacketFlag.MORE, item);
  }

  /** Ends the client stream; the response is still to come. */
  endRequests(): void {
    this.#write(0, undefined);
  }

  /** Withdraws the call and fails it on this side. */
  cancel(error: PolywireError): void {
    if (this.#ended) return;
    this.#link.writeCancel(this.#service.serviceId, this.messageId);
    this.fail(error);
  }

  /** Withdraws the call without a word to its sink: somebody else answers it. */
  abandon(): void {
    if (this.#ended) return;
    this.#link.writeCancel(this.#service.serviceId, this.messageId);
    this.#end();
  }

  room(): Promise<void> | undefined {
    return this.#link.room();
  }

  /** A packet for this call: a response, an item, or the end. */
  onResponse(packet: Packet): void {
    const isEvent = packet.packetType === PacketType.ONE_WAY;
    const more = (packet.flags & PacketFlag.MORE) !== 0;
    const streams = !this.hasOneAnswer;
    if (streams && !more && !isEvent) {
      this.#end();
      this.#sink.onEnd();
      return;
    }
    try {
      const message = this.#link.readPayload(packet, this.#method.response, false);
      if (!streams) this.#end();
      this.#sink.onMessage(message, packet.payloadLen);
      if (!streams) this.#sink.onEnd();
    } catch (thrown) {
      // Only a response can be the end of a call; after a bad item the peer is told to stop.
      if (streams) this.cancel(PolywireError.from(thrown));
      else this.fail(PolywireError.from(thrown));
    }
  }

  fail(error: PolywireError): void {
    if (this.#ended) return;
    this.#end();
    this.#sink.onError(error);
  }

  #end(): void {
    this.#ended = true;
    if (this.#deadline !== undefined) this.#link.deadlines.drop(this.#deadline);
    this.#stopListening?.();
    this.#calls.onEnd(this);
  }

  #write(flags: number, item: unknown): void {
    if (this.#ended) return;
    this.#link.writer.message(
      {
        packetType: PacketType.REQUEST,
        serviceId: this.#service.serviceId,
        messageId: this.messageId,
        flags,
        route: undefined,
      },
      item === undefined ? undefined : this.#method.request,
      item,
    );
    this.#link.flushSoon();
  }
}
