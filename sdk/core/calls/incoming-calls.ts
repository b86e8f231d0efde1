import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { Compression, PacketFlag, PacketType, type Route } from '@polywire/protocol/polywire.transport.v1';
import { ItemQueue } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import { isPromise } from '../is-promise.js';
import type { Packet } from '../packet/packet.js';
import { readRoute, shortRouteMethodId } from '../packet/read-route.js';
import type { BoundMethod } from './bound-method.js';
import type { CallLink } from './call-link.js';
import { badId, inputEnded, tooManyCalls, tooManySubscriptions } from './call-refusals.js';
import type { CallServer } from './call-server.js';
import { Deadlines } from './deadlines.js';
import { FanoutPlaces, isFanout } from './fanout-places.js';
import { IncomingCall } from './incoming-call.js';
import { joinKeyed } from './join-keyed.js';
import type { KeyedCalls } from './keyed-calls.js';
import { sendStream } from './send-stream.js';
import type { ServiceRegistry } from './service-registry.js';

const { FRAGMENTED, MORE, ROUTE } = PacketFlag;
const UNCOMPRESSED = Compression.NONE;

export interface IncomingCallsOptions {
  readonly registry: ServiceRegistry;
  /** Calls that may run at once. */
  readonly maxCalls: number;
  /** Runs unary requests that have an idempotency key. Missing: the key is not looked at. */
  readonly keyed?: KeyedCalls;
  /** Subscriptions that may stand at once. Default: maxCalls. */
  readonly maxSubscriptions?: number;
  /** Sends what a group has waiting: it was published before the connection joins. */
  flushFanout?(fanoutId: number): void;
  /** A handler threw something that is not a PolywireError. */
  onHandlerFailure?(error: unknown, bound: BoundMethod): void;
}

/** The calls that the peer makes and this side serves from a registry. */
export class IncomingCalls implements CallServer {
  readonly #link: CallLink;
  readonly #options: IncomingCallsOptions;
  readonly #registry: ServiceRegistry;
  readonly #maxCalls: number;
  /** By message id. Undefined: there was none yet that took longer than its turn. */
  #open: Map<number, IncomingCall> | undefined;
  /** Undefined: no call has had one yet. */
  #places: FanoutPlaces | undefined;
  /** Open calls that are subscriptions. */
  #standing = 0;
  /** Calls without an answer that take longer than their turn. */
  #oneWays = 0;
  /** Undefined: no call has had a deadline yet. */
  #deadlines: Deadlines | undefined;

  constructor(link: CallLink, options: IncomingCallsOptions) {
    this.#link = link;
    this.#options = options;
    this.#registry = options.registry;
    this.#maxCalls = options.maxCalls;
  }

  get deadlines(): Deadlines {
    this.#deadlines ??= new Deadlines(this.#link.clock);
    return this.#deadlines;
  }

  get running(): number {
    return this.#oneWays + (this.#open === undefined ? 0 : this.#open.size - this.#standing);
  }

  get isIdle(): boolean {
    return this.#oneWays === 0 && (this.#open === undefined || this.#open.size === 0);
  }

  // What every request passes is short, so that V8 compiles it into one piece; the rest is apart from it.

  onRequest(packet: Packet): boolean {
    // Nearly every request is whole, and says which method it is for and nothing else.
    const methodId = packet.flags === ROUTE ? shortRouteMethodId(packet) : 0;
    if (methodId === 0) return this.#onSpecial(packet);
    this.#checkId(packet.messageId);
    try {
      const bound = this.#checkCall(packet, methodId);
      const call = new IncomingCall(this.#link, this, bound, packet.messageId, undefined);
      if (bound.takesOne) this.#run(call, this.#link.readPayload(packet, bound.request, bound.borrowed));
      else this.#startStream(call, packet);
    } catch (thrown) {
      this.refuse(packet, PolywireError.from(thrown));
    }
    return true;
  }

  #onSpecial(packet: Packet): boolean {
    if ((packet.flags & ROUTE) === 0) {
      const call = this.#open?.get(packet.messageId);
      if (call === undefined) return false;
      this.#onItem(call, packet);
      return true;
    }
    this.#checkId(packet.messageId);
    try {
      this.#startSpecial(packet);
    } catch (thrown) {
      this.refuse(packet, PolywireError.from(thrown));
    }
    return true;
  }

  has(messageId: number): boolean {
    const open = this.#open;
    return open !== undefined && open.size > 0 && open.has(messageId);
  }

  admitsPieces(packet: Packet): boolean {
    if ((packet.flags & ROUTE) === 0) return true;
    this.#checkId(packet.messageId);
    try {
      this.#checkCall(packet, readRoute(packet, this.#link.reader).methodId);
      return true;
    } catch (thrown) {
      this.refuse(packet, PolywireError.from(thrown));
      return false;
    }
  }

  refuse({ serviceId, messageId }: Packet, error: PolywireError): void {
    const call = this.#open?.get(messageId);
    if (call !== undefined) call.fail(error);
    else this.#link.writeError(PacketType.RESPONSE, serviceId, messageId, error);
  }

  #checkId(messageId: number): void {
    if (messageId === 0 || this.has(messageId)) throw badId(messageId);
  }

  /** @throws PolywireError when the call may not be made, or not now */
  #checkCall(packet: Packet, methodId: number): BoundMethod {
    // What came in pieces was admitted with the first of them.
    if (!packet.owned) this.#link.environment.admit?.(packet.serviceId, methodId);
    const bound = this.#registry.find(packet.serviceId, methodId);
    if (packet.compression !== UNCOMPRESSED) {
      throw new PolywireError(ErrorCode.UNIMPLEMENTED, 'compressed calls are not accepted');
    }
    if (bound.fanout) this.#checkStanding();
    if (this.running >= this.#maxCalls) throw tooManyCalls(this.#maxCalls);
    return bound;
  }

  #checkStanding(): void {
    const { maxSubscriptions = this.#maxCalls } = this.#options;
    if (this.#standing >= maxSubscriptions) throw tooManySubscriptions(maxSubscriptions);
  }

  onOneWay(packet: Packet, route: Route): void {
    this.#link.environment.admit?.(packet.serviceId, route.methodId);
    if (this.running >= this.#maxCalls) throw tooManyCalls(this.#maxCalls);
    const bound = this.#registry.find(packet.serviceId, route.methodId);
    if (bound.method.kind !== 'unary') return;
    const request = this.#link.readPayload(packet, bound.request, bound.borrowed);
    const call = new IncomingCall(this.#link, undefined, bound, 0, route);
    const result = bound.invoke(request, call);
    if (!isPromise(result)) return;
    this.#oneWays++;
    const onEnd = (): void => {
      this.#oneWays--;
      this.#tellIdle();
    };
    result.then(onEnd, (thrown: unknown) => {
      this.#report(thrown, bound);
      onEnd();
    });
  }

  onCancel(messageId: number): void {
    this.#open?.get(messageId)?.abandon(new PolywireError(ErrorCode.CANCELLED, 'the caller withdrew the call'));
  }

  onInputEnd(): void {
    for (const call of this.#all) call.requests?.fail(inputEnded());
  }

  close(error: PolywireError): void {
    this.#deadlines?.clear();
    for (const call of this.#all) call.abandon(error);
  }

  get #all(): IncomingCall[] {
    return this.#open === undefined ? [] : [...this.#open.values()];
  }

  /** The call takes longer than its turn. */
  #keep(call: IncomingCall): void {
    if (call.isOpen) return;
    call.isOpen = true;
    this.#open ??= new Map();
    this.#open.set(call.messageId, call);
    call.watchDeadline();
  }

  /** Begins a call that may be more than one whole request. */
  #startSpecial(packet: Packet): void {
    const { flags } = packet;
    const route = readRoute(packet, this.#link.reader);
    const bound = this.#checkCall(packet, route.methodId);
    // The common form of a Route says nothing that the call has to remember.
    const more = shortRouteMethodId(packet) === 0 ? route : undefined;
    const call = new IncomingCall(this.#link, this, bound, packet.messageId, more);
    const { keyed } = this.#options;
    if ((flags & FRAGMENTED) !== 0) {
      throw new PolywireError(ErrorCode.UNIMPLEMENTED, 'messages in pieces are not accepted');
    }
    if (!bound.takesOne) {
      this.#startStream(call, packet);
    } else if ((flags & MORE) !== 0) {
      const text = `${bound.method.name} takes one request, not a stream`;
      throw new PolywireError(ErrorCode.INVALID_ARGUMENT, text);
    } else if (route.idempotencyKey !== '' && keyed !== undefined && bound.givesOne) {
      this.#keep(call);
      joinKeyed(this.#link, keyed, call, packet, route, (thrown) => this.#failed(call, thrown));
    } else {
      this.#run(call, this.#link.readPayload(packet, bound.request, bound.borrowed));
    }
  }

  #startStream(call: IncomingCall, packet: Packet): void {
    const requests = new ItemQueue<unknown>();
    call.requests = requests;
    this.#keep(call);
    if ((packet.flags & MORE) !== 0) this.#onItem(call, packet);
    else requests.end();
    if (!call.ended) this.#run(call, requests);
  }

  #run(call: IncomingCall, request: unknown): void {
    try {
      const result = call.bound.invoke(request, call);
      if (isPromise(result)) this.#await(call, result);
      else this.#deliver(call, result);
    } catch (thrown) {
      this.#failed(call, thrown);
    }
  }

  #await(call: IncomingCall, result: PromiseLike<unknown>): void {
    this.#keep(call);
    result.then(
      (value) => {
        if (call.ended) {
          discard(call.bound, value);
          return;
        }
        try {
          this.#deliver(call, value);
        } catch (thrown) {
          this.#failed(call, thrown);
        }
      },
      (thrown: unknown) => this.#failed(call, thrown),
    );
  }

  #deliver(call: IncomingCall, result: unknown): void {
    if (call.bound.givesOne) call.respond(result);
    else this.#deliverStream(call, result);
  }

  #deliverStream(call: IncomingCall, result: unknown): void {
    this.#keep(call);
    if (call.bound.fanout) {
      call.stands = true;
      this.#standing++;
    }
    const onFailure = (thrown: unknown): void => this.#failed(call, thrown);
    if (isFanout(result)) {
      this.#places ??= new FanoutPlaces(this.#link, (fanoutId) => this.#options.flushFanout?.(fanoutId));
      this.#places.take(call, result, onFailure);
    } else sendStream(this.#link, call, result as AsyncIterable<unknown>, onFailure);
  }

  #onItem(call: IncomingCall, packet: Packet): void {
    const { requests, bound } = call;
    if (requests === undefined) return;
    if ((packet.flags & MORE) === 0) {
      requests.end();
      return;
    }
    try {
      const item = this.#link.readPayload(packet, bound.request, false);
      bound.check(item, call);
      requests.push(item, packet.payloadLen);
      if (requests.queuedBytes > this.#link.maxStreamBytes) {
        throw new PolywireError(
          ErrorCode.RESOURCE_EXHAUSTED,
          `${requests.queuedBytes} bytes of the stream wait for the handler; the limit is ${this.#link.maxStreamBytes}`,
        );
      }
    } catch (thrown) {
      this.#failed(call, thrown);
    }
  }

  #failed(call: IncomingCall, thrown: unknown): void {
    this.#report(thrown, call.bound);
    call.fail(PolywireError.from(thrown));
  }

  #report(thrown: unknown, bound: BoundMethod): void {
    if (PolywireError.from(thrown).code === ErrorCode.INTERNAL) this.#options.onHandlerFailure?.(thrown, bound);
  }

  /** To be called by an open call when it has ended. */
  onEnd(call: IncomingCall): void {
    this.#open?.delete(call.messageId);
    this.#link.dropPieces(PacketType.REQUEST, call.messageId);
    if (call.stands) this.#standing--;
    if (call.fanoutId !== 0) this.#places?.leave(call);
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.running === 0) this.#link.environment.onIdle?.();
  }
}

/** Gives back what a handler returned for a call that ended meanwhile. */
function discard(bound: BoundMethod, result: unknown): void {
  if (isFanout(result)) {
    result.onEnd?.();
  } else if (!bound.givesOne) {
    const iterator = (result as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    iterator.return?.().then(undefined, () => {
      // The call has ended: what its cleanup throws has nowhere to go.
    });
  }
}
