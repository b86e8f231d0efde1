import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { Compression, PacketFlag, PacketType, type Route } from '@polywire/protocol/polywire.transport.v1';
import type { Fanout } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import type { Packet } from '../packet/packet.js';
import { readRoute, shortRouteMethodId } from '../packet/read-route.js';
import type { CallLink } from './call-link.js';
import type { CallServer } from './call-server.js';
import { IncomingCall } from './incoming-call.js';
import { ItemQueue } from './item-queue.js';
import type { KeyedCalls } from './keyed-calls.js';
import { sendStream } from './send-stream.js';
import type { BoundMethod, ServiceRegistry } from './service-registry.js';

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
  /** By message id. Undefined: there was none yet that took longer than its turn. */
  #open: Map<number, IncomingCall> | undefined;
  /** How many calls are in a fan-out group. Undefined: there was none yet. */
  #fanouts: Map<number, number> | undefined;
  #standing = 0;

  constructor(link: CallLink, options: IncomingCallsOptions) {
    this.#link = link;
    this.#options = options;
  }

  get running(): number {
    return this.#open === undefined ? 0 : this.#open.size - this.#standing;
  }

  get isIdle(): boolean {
    return this.#open === undefined || this.#open.size === 0;
  }

  onRequest(packet: Packet): boolean {
    if ((packet.flags & PacketFlag.ROUTE) === 0) {
      const call = this.#open?.get(packet.messageId);
      if (call === undefined) return false;
      this.#onItem(call, packet);
      return true;
    }
    this.#checkId(packet.messageId);
    try {
      this.#start(packet);
    } catch (thrown) {
      this.refuse(packet, PolywireError.from(thrown));
    }
    return true;
  }

  has(messageId: number): boolean {
    return this.#open?.has(messageId) ?? false;
  }

  admitsPieces(packet: Packet): boolean {
    if ((packet.flags & PacketFlag.ROUTE) === 0) return true;
    this.#checkId(packet.messageId);
    try {
      this.#checkCall(packet, shortRouteMethodId(packet) || readRoute(packet, this.#link.reader).methodId);
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
    if (messageId !== 0 && this.#open?.has(messageId) !== true) return;
    const what = messageId === 0 ? 'a call needs a message id other than 0' : `message id ${messageId} is in use`;
    throw new PolywireError(ErrorCode.INVALID_MESSAGE_ID, what, { details: { message_id: String(messageId) } });
  }

  /** @throws PolywireError when the call may not be made, or not now */
  #checkCall({ serviceId, compression, owned }: Packet, methodId: number): BoundMethod {
    // What came in pieces was admitted with the first of them.
    if (!owned) this.#link.environment.admit?.(serviceId, methodId);
    const bound = this.#options.registry.find(serviceId, methodId);
    if (compression !== Compression.NONE) {
      throw new PolywireError(ErrorCode.UNIMPLEMENTED, 'compressed calls are not accepted');
    }
    this.#checkRoom(bound);
    return bound;
  }

  onOneWay(packet: Packet, route: Route): void {
    this.#link.environment.admit?.(packet.serviceId, route.methodId);
    const bound = this.#options.registry.find(packet.serviceId, route.methodId);
    if (bound.method.kind !== 'unary') return;
    const request = this.#link.readPayload(packet, bound.method.request, bound.borrowed);
    const call = new IncomingCall(this.#link, undefined, bound, 0, route);
    const result = bound.invoke(request, call);
    if (isPromise(result)) result.then(undefined, (thrown: unknown) => this.#report(thrown, bound));
  }

  onCancel(messageId: number): void {
    this.#open?.get(messageId)?.abandon(new PolywireError(ErrorCode.CANCELLED, 'the caller withdrew the call'));
  }

  onInputEnd(): void {
    for (const call of this.#all) call.requests?.fail(inputEnded());
  }

  close(error: PolywireError): void {
    for (const call of this.#all) call.abandon(error);
  }

  get #all(): IncomingCall[] {
    return this.#open === undefined ? [] : [...this.#open.values()];
  }

  /** The call takes longer than its turn. */
  #keep(call: IncomingCall): void {
    this.#open ??= new Map();
    this.#open.set(call.messageId, call);
  }

  #start(packet: Packet): void {
    const { messageId } = packet;
    const shortId = shortRouteMethodId(packet);
    const route = shortId === 0 ? readRoute(packet, this.#link.reader) : undefined;
    const methodId = route === undefined ? shortId : route.methodId;
    const bound = this.#checkCall(packet, methodId);
    if ((packet.flags & PacketFlag.FRAGMENTED) !== 0) {
      throw new PolywireError(ErrorCode.UNIMPLEMENTED, 'messages in pieces are not accepted');
    }
    const call = new IncomingCall(this.#link, this, bound, messageId, route);
    const { kind } = bound.method;
    const more = (packet.flags & PacketFlag.MORE) !== 0;
    if (kind === 'client-stream' || kind === 'bidi-stream') {
      const requests = new ItemQueue<unknown>();
      call.requests = requests;
      this.#keep(call);
      if (more) this.#onItem(call, packet);
      else requests.end();
      if (!call.ended) this.#run(call, requests);
      return;
    }
    if (more)
      throw new PolywireError(ErrorCode.INVALID_ARGUMENT, `${bound.method.name} takes one request, not a stream`);
    if (route !== undefined && route.idempotencyKey !== '' && kind === 'unary' && this.#options.keyed !== undefined) {
      this.#joinKeyed(call, this.#options.keyed, packet, route);
      return;
    }
    this.#run(call, this.#link.readPayload(packet, bound.method.request, bound.borrowed));
  }

  /** Takes part in the one call of an idempotency key. It goes on when this call ends early. */
  #joinKeyed(call: IncomingCall, keyed: KeyedCalls, packet: Packet, route: Route): void {
    const { bound, peer, metadata } = call;
    this.#keep(call);
    call.watchDeadline(() => call.fail(deadlineExceeded()));
    const decode = (): unknown => this.#link.readPayload(packet, bound.method.request, false);
    const { idempotencyKey: key, timeoutMs } = route;
    try {
      const request = { bound, peer, key, payload: packet.payload, timeoutMs, metadata, decode };
      const leave = keyed.join(request, (outcome) => {
        if (call.ended) return;
        if (outcome.error !== undefined) this.#failed(call, outcome.error);
        else call.respondEncoded(outcome.response);
      });
      if (!call.ended) call.stop = leave;
    } catch (thrown) {
      this.#failed(call, thrown);
    }
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
    call.watchDeadline(() => call.fail(deadlineExceeded()));
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
    const { kind } = call.bound.method;
    if (kind === 'unary' || kind === 'client-stream') call.respond(result);
    else this.#deliverStream(call, result);
  }

  #deliverStream(call: IncomingCall, result: unknown): void {
    if (!this.has(call.messageId)) {
      this.#keep(call);
      call.watchDeadline(() => call.fail(deadlineExceeded()));
    }
    if (call.bound.method.fanout) {
      call.stands = true;
      this.#standing++;
    }
    if (isFanout(result)) this.#stand(call, result);
    else sendStream(this.#link, call, result as AsyncIterable<unknown>, (thrown) => this.#failed(call, thrown));
  }

  /** Turns a call into a standing subscription of a fan-out group, as soon as the connection has room for a replay. */
  #stand(call: IncomingCall, fanout: Fanout<unknown>): void {
    call.stop = fanout.onEnd;
    const room = typeof fanout.first === 'function' ? this.#link.room() : undefined;
    if (room === undefined) {
      this.#join(call, fanout);
      return;
    }
    room
      .then(() => {
        if (!call.ended) this.#stand(call, fanout);
      })
      .catch((thrown: unknown) => this.#failed(call, thrown));
  }

  #join(call: IncomingCall, { first, fanoutId }: Fanout<unknown>): void {
    // What was published before must not come after the position that `first` tells.
    this.#options.flushFanout?.(fanoutId);
    this.#link.cutAtOnce(() => {
      for (const item of typeof first === 'function' ? first() : first) call.writeItem(item, fanoutId);
    });
    this.#fanouts ??= new Map();
    const members = this.#fanouts.get(fanoutId) ?? 0;
    this.#fanouts.set(fanoutId, members + 1);
    call.fanoutId = fanoutId;
    // What was written must be on its way before the first packet of the group can be.
    this.#link.flush();
    if (members === 0) this.#link.environment.joinFanout?.(fanoutId);
  }

  #checkRoom({ method }: BoundMethod): void {
    const { maxCalls, maxSubscriptions = maxCalls } = this.#options;
    if (method.fanout && this.#standing >= maxSubscriptions) {
      throw new PolywireError(
        ErrorCode.RESOURCE_EXHAUSTED,
        `this session has ${maxSubscriptions} subscriptions already (limits.max_subscriptions); end one first`,
        { details: { limit: String(maxSubscriptions) } },
      );
    }
    if (this.running < maxCalls) return;
    throw new PolywireError(
      ErrorCode.RESOURCE_EXHAUSTED,
      `${maxCalls} calls of this session are running already (limits.max_calls)`,
      { details: { limit: String(maxCalls) } },
    );
  }

  #onItem(call: IncomingCall, packet: Packet): void {
    const { requests, bound } = call;
    if (requests === undefined) return;
    if ((packet.flags & PacketFlag.MORE) === 0) {
      requests.end();
      return;
    }
    try {
      const item = this.#link.readPayload(packet, bound.method.request, false);
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

  /** To be called by a call when it has ended. */
  onEnd(call: IncomingCall): void {
    const wasOpen = this.#open?.delete(call.messageId) ?? false;
    this.#link.dropPieces(PacketType.REQUEST, call.messageId);
    if (call.stands) this.#standing--;
    if (call.fanoutId !== 0 && this.#fanouts !== undefined) {
      const members = (this.#fanouts.get(call.fanoutId) ?? 1) - 1;
      if (members > 0) this.#fanouts.set(call.fanoutId, members);
      else {
        this.#fanouts.delete(call.fanoutId);
        this.#link.environment.leaveFanout?.(call.fanoutId);
      }
    }
    if (wasOpen && this.running === 0) this.#link.environment.onIdle?.();
  }
}

/** Gives back what a handler returned for a call that ended meanwhile. */
function discard({ method }: BoundMethod, result: unknown): void {
  if (isFanout(result)) {
    result.onEnd?.();
  } else if (method.kind === 'server-stream' || method.kind === 'bidi-stream') {
    const iterator = (result as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    iterator.return?.().then(undefined, () => {
      // The call has ended: what its cleanup throws has nowhere to go.
    });
  }
}

/** A place in a group; anything else that a method with a stream returns is an iterable. */
function isFanout(result: unknown): result is Fanout<unknown> {
  return typeof result === 'object' && result !== null && 'fanoutId' in result;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  if (value instanceof Promise) return true;
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function inputEnded(): PolywireError {
  return new PolywireError(ErrorCode.UNAVAILABLE, 'the peer ended its side in the middle of a stream of requests');
}

function deadlineExceeded(): PolywireError {
  return new PolywireError(ErrorCode.DEADLINE_EXCEEDED, 'the deadline passed before the reply');
}
