import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PacketFlag, PacketType, type Route } from '@polywire/protocol/polywire.transport.v1';
import type { CallContext, ItemQueue, Peer } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import { writeEncoded, writeResponse } from '../packet/write-encoded.js';
import type { BoundMethod } from './bound-method.js';
import type { CallLink } from './call-link.js';
import type { Deadline } from './deadlines.js';
import type { IncomingCalls } from './incoming-calls.js';

/**
 * One call that this side serves. It ends exactly once: with a response, an error, or a cancel,
 * after which nothing more is written for it.
 */
export class IncomingCall implements CallContext {
  readonly bound: BoundMethod;
  readonly messageId: number;
  /** Kept here: a handler may look at it after its call has ended, when the link may serve another peer. */
  readonly peer: Peer;
  ended = false;
  /** It is in the table of open calls. Set by what keeps that. */
  isOpen = false;
  readonly #link: CallLink;
  readonly #calls: IncomingCalls | undefined;
  /** Undefined: the call has a method id and nothing else, and is answered at once. */
  #details: CallDetails | undefined;

  /** @param calls is told when the call has ended, if it is open then */
  constructor(
    link: CallLink,
    calls: IncomingCalls | undefined,
    bound: BoundMethod,
    messageId: number,
    route: Route | undefined,
  ) {
    this.#link = link;
    this.#calls = calls;
    this.bound = bound;
    this.messageId = messageId;
    this.peer = link.environment.peer;
    if (route !== undefined) this.#details = new CallDetails(route, link.clock.now());
  }

  /** Made when something needs it: most calls are unary and answered within the turn in which they came. */
  get #more(): CallDetails {
    this.#details ??= new CallDetails(undefined, 0);
    return this.#details;
  }

  /** Requests of a client stream that wait for the handler. */
  get requests(): ItemQueue<unknown> | undefined {
    return this.#details?.requests;
  }

  set requests(requests: ItemQueue<unknown>) {
    this.#more.requests = requests;
  }

  /** Group of the one-way packets that this call receives; 0: none. */
  get fanoutId(): number {
    return this.#details?.fanoutId ?? 0;
  }

  set fanoutId(fanoutId: number) {
    this.#more.fanoutId = fanoutId;
  }

  /** It is a subscription: it does not end by itself. */
  get stands(): boolean {
    return this.#details?.stands ?? false;
  }

  set stands(stands: boolean) {
    this.#more.stands = stands;
  }

  /** Has `stop` called when the call ends. Set by what serves the call; undefined: nothing is to be stopped any more. */
  set stop(stop: ((reason: PolywireError | undefined) => void) | undefined) {
    if (stop !== undefined || this.#details !== undefined) this.#more.stop = stop;
  }

  get signal(): AbortSignal {
    const more = this.#more;
    if (more.abort === undefined) {
      more.abort = new AbortController();
      if (more.aborted !== undefined) more.abort.abort(more.aborted);
    }
    return more.abort.signal;
  }

  get remainingMs(): number | undefined {
    const { route, startedAtMs } = this.#details ?? withoutDetails;
    if (route === undefined || route.timeoutMs === 0) return undefined;
    return Math.max(0, route.timeoutMs - (this.#link.clock.now() - startedAtMs));
  }

  get metadata(): Readonly<Record<string, string>> {
    const route = this.#details?.route;
    return route === undefined ? {} : Object.fromEntries(route.metadata);
  }

  /** Fails the call when the caller's deadline passes. */
  watchDeadline(): void {
    const { remainingMs } = this;
    if (remainingMs === undefined) return;
    const expire = (): void =>
      this.fail(new PolywireError(ErrorCode.DEADLINE_EXCEEDED, 'the deadline passed before the reply'));
    this.#more.deadline = this.#calls?.deadlines.set(remainingMs, expire);
  }

  /** Writes one item of a stream; `fanoutId` not 0 says where later ones come from. */
  writeItem(item: unknown, fanoutId = 0): void {
    this.#link.writer.message(
      {
        packetType: PacketType.RESPONSE,
        serviceId: this.bound.serviceId,
        messageId: this.messageId,
        flags: PacketFlag.MORE,
        route: fanoutId === 0 ? undefined : { fanoutId },
      },
      this.bound.response,
      item,
    );
    this.#link.flushSoon();
  }

  /** Ends the call with its response. Throws when it cannot be encoded; the call goes on then. */
  respond(response: unknown): void {
    const { serviceId, response: codec } = this.bound;
    writeResponse(this.#link.writer, serviceId, this.messageId, codec, response);
    this.#link.flushSoon();
    this.#end(undefined);
  }

  /** `respond` with a response that is encoded already. */
  respondEncoded(response: Uint8Array): void {
    const { serviceId } = this.bound;
    writeEncoded(this.#link.writer, PacketType.RESPONSE, serviceId, this.messageId, 0, undefined, response);
    this.#link.flushSoon();
    this.#end(undefined);
  }

  /** Ends a stream. */
  endStream(): void {
    const { serviceId } = this.bound;
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
    this.#link.writeError(PacketType.RESPONSE, this.bound.serviceId, this.messageId, error);
    this.#end(error);
  }

  /** Ends the call without a word to the caller, who withdrew it or is gone. */
  abandon(error: PolywireError): void {
    if (!this.ended) this.#end(error);
  }

  #end(error: PolywireError | undefined): void {
    this.ended = true;
    if (error !== undefined || this.isOpen || this.#details !== undefined) this.#endAll(error);
  }

  #endAll(error: PolywireError | undefined): void {
    // A handler that still runs may ask for the signal later.
    const details = error === undefined ? this.#details : this.#more;
    if (details !== undefined) {
      if (details.deadline !== undefined) this.#calls?.deadlines.drop(details.deadline);
      details.end(error);
    }
    if (this.isOpen) {
      this.isOpen = false;
      this.#calls?.onEnd(this);
    }
    details?.stop?.(error);
  }
}

/** What a call has only when it is more than a request that is answered at once. */
class CallDetails {
  requests: ItemQueue<unknown> | undefined;
  fanoutId = 0;
  stands = false;
  abort: AbortController | undefined;
  aborted: PolywireError | undefined;
  deadline: Deadline | undefined;
  stop: ((reason: PolywireError | undefined) => void) | undefined;

  constructor(
    readonly route: Route | undefined,
    readonly startedAtMs: number,
  ) {}

  /** @param error undefined: the call has its response */
  end(error: PolywireError | undefined): void {
    if (error === undefined) {
      this.requests?.end();
      return;
    }
    this.aborted = error;
    this.abort?.abort(error);
    this.requests?.fail(error);
  }
}

const withoutDetails = new CallDetails(undefined, 0);
