import { PacketFlag, PacketType, type Route } from '@polywire/protocol/polywire.transport.v1';
import type { CallContext, Peer } from '@polywire/protocol/wire';
import type { PolywireError } from '../error.js';
import type { CallLink } from './call-link.js';
import type { Deadline } from './deadlines.js';
import type { ItemQueue } from './item-queue.js';
import type { BoundMethod } from './service-registry.js';

/**
 * One call that this side serves. It ends exactly once: with a response, an error, or a cancel,
 * after which nothing more is written for it.
 */
export class IncomingCall implements CallContext {
  readonly bound: BoundMethod;
  readonly messageId: number;
  readonly peer: Peer;
  /** Requests of a client stream that wait for the handler. */
  requests: ItemQueue<unknown> | undefined;
  /** Group of the one-way packets that this call receives; 0: none. */
  fanoutId = 0;
  /** It is a subscription: it does not end by itself. */
  stands = false;
  ended = false;
  readonly #link: CallLink;
  readonly #route: Route | undefined;
  readonly #onEnd: (call: IncomingCall) => void;
  readonly #startedAtMs: number;
  #abort: AbortController | undefined;
  #aborted: unknown;
  #deadline: Deadline | undefined;
  /** Set by what serves the call: called when it ends early. */
  stop: ((reason: PolywireError | undefined) => void) | undefined;

  constructor(
    link: CallLink,
    bound: BoundMethod,
    messageId: number,
    peer: Peer,
    route: Route | undefined,
    onEnd: (call: IncomingCall) => void,
  ) {
    this.#link = link;
    this.bound = bound;
    this.messageId = messageId;
    this.peer = peer;
    this.#route = route;
    this.#onEnd = onEnd;
    this.#startedAtMs = route === undefined ? 0 : link.clock.now();
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#aborted !== undefined) this.#abort.abort(this.#aborted);
    }
    return this.#abort.signal;
  }

  get remainingMs(): number | undefined {
    const timeoutMs = this.#route?.timeoutMs ?? 0;
    if (timeoutMs === 0) return undefined;
    return Math.max(0, timeoutMs - (this.#link.clock.now() - this.#startedAtMs));
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.#route === undefined ? {} : Object.fromEntries(this.#route.metadata);
  }

  /** Has `expire` called when the caller's deadline passes. */
  watchDeadline(expire: () => void): void {
    const remainingMs = this.remainingMs;
    if (remainingMs !== undefined) this.#deadline = this.#link.deadlines.set(remainingMs, expire);
  }

  /** Writes one item of a stream; `fanoutId` not 0 says where later ones come from. */
  writeItem(item: unknown, fanoutId = 0): void {
    this.#link.writer.message(
      {
        packetType: PacketType.RESPONSE,
        serviceId: this.bound.service.serviceId,
        messageId: this.messageId,
        flags: PacketFlag.MORE,
        route: fanoutId === 0 ? undefined : { fanoutId },
      },
      this.bound.method.response,
      item,
    );
    this.#link.flushSoon();
  }

  /** Ends the call with its response. Throws when it cannot be encoded; the call goes on then. */
  respond(response: unknown): void {
    const { service, method } = this.bound;
    this.#link.writer.response(service.serviceId, this.messageId, method.response, response);
    this.#link.flushSoon();
    this.#end(undefined);
  }

  /** `respond` with a response that is encoded already. */
  respondEncoded(response: Uint8Array): void {
    const { serviceId } = this.bound.service;
    this.#link.writer.encoded(PacketType.RESPONSE, serviceId, this.messageId, 0, undefined, response);
    this.#link.flushSoon();
    this.#end(undefined);
  }

  /** Ends a stream. */
  endStream(): void {
    const { serviceId } = this.bound.service;
    this.#link.writer.message(
      { packetType: PacketType.RESPONSE, serviceId, messageId: this.messageId, flags: 0, route: undefined },
      undefined,
      undefined,
    );
    this.#link.flushSoon();
    this.#end(undefined);
  }

  fail(error: PolywireError): void {
    if (this.ended) return;
    this.#link.writeError(PacketType.RESPONSE, this.bound.service.serviceId, this.messageId, error);
    this.#end(error);
  }

  /** Ends the call without a word to the caller, who withdrew it or is gone. */
  abandon(error: PolywireError): void {
    if (!this.ended) this.#end(error);
  }

  #end(error: PolywireError | undefined): void {
    this.ended = true;
    if (this.#deadline !== undefined) this.#link.deadlines.drop(this.#deadline);
    if (error !== undefined) {
      this.#aborted = error;
      this.#abort?.abort(error);
      this.requests?.fail(error);
    } else {
      this.requests?.end();
    }
    this.#onEnd(this);
    this.stop?.(error);
  }
}
