import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PacketFlag, PacketType, type Route, type RouteInit } from '@polywire/protocol/polywire.transport.v1';
import type { CallDescriptor, CallOptions, CallsDescriptor } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import type { Packet } from '../packet/packet.js';
import type { CallLink } from './call-link.js';
import { CallTable } from './call-table.js';
import type { CallStarter } from './call-target.js';
import { OutgoingCall, type OutgoingSink } from './outgoing-call.js';

const NO_METADATA: ReadonlyMap<string, string> = new Map();

/** The calls that this side makes. */
export class OutgoingCalls implements CallStarter {
  readonly #link: CallLink;
  readonly #open = new CallTable<OutgoingCall>();
  readonly #fanouts = new Map<number, Set<OutgoingCall>>();
  readonly #whenAnswered: (() => void)[] = [];
  readonly #whenEmpty: (() => void)[] = [];
  #unanswered = 0;
  #lastId: number;
  #closedWith: PolywireError | undefined;

  /**
   * @param firstId first message id of this side's calls
   * @param closedWith the connection is gone already, and every call fails with this
   */
  constructor(link: CallLink, firstId: number, closedWith?: PolywireError) {
    this.#link = link;
    this.#lastId = firstId - 1;
    this.#closedWith = closedWith;
  }

  /** Resolves when no unary or client-stream call waits for its answer. */
  answered(): Promise<void> {
    if (this.#unanswered === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenAnswered.push(resolve));
  }

  /** Resolves when no call is left, not even a subscription. */
  empty(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  /**
   * Begins a call and writes its first packet.
   * @param request undefined: the call begins with an empty stream
   * @param more further requests follow
   * @throws PolywireError when it cannot begin: nothing was sent then
   */
  begin(
    service: CallsDescriptor,
    method: CallDescriptor,
    request: unknown,
    more: boolean,
    options: CallOptions,
    sink: OutgoingSink,
  ): OutgoingCall {
    if (this.#closedWith !== undefined) throw this.#closedWith;
    if (options.signal?.aborted === true) throw cancelled(options.signal);
    const messageId = this.#nextId();
    this.#link.writer.message(
      {
        packetType: PacketType.REQUEST,
        serviceId: service.serviceId,
        messageId,
        flags: more ? PacketFlag.MORE : 0,
        route: routeOf(method, options),
      },
      request === undefined ? undefined : method.request,
      request,
    );
    const call = new OutgoingCall(this.#link, this, service, method, messageId, sink);
    this.#open.add(call);
    if (call.hasOneAnswer) this.#unanswered++;
    call.watch(options, cancelled);
    this.#link.flushSoon();
    return call;
  }

  /** Sends a call that wants no answer. */
  oneWay(service: CallsDescriptor, method: CallDescriptor, request: unknown): void {
    this.#link.writer.message(
      {
        packetType: PacketType.ONE_WAY,
        serviceId: service.serviceId,
        // Nobody answers it, and 0 is never the id of a fan-out group.
        messageId: 0,
        flags: 0,
        route: { methodId: method.methodId },
      },
      method.request,
      request,
    );
    this.#link.flushSoon();
  }

  /** Handles a response. Returns false when it belongs to no call of this side. */
  onResponse(packet: Packet, route: Route | undefined): boolean {
    const call = this.#open.get(packet.messageId);
    if (call === undefined) return false;
    if (route !== undefined && route.code !== 0) {
      call.fail(this.#link.readError(packet, route.code));
      return true;
    }
    if (route !== undefined && route.fanoutId !== 0) this.#join(call, route.fanoutId);
    call.onResponse(packet);
    return true;
  }

  /** Hands a one-way packet to the subscriptions that its message id names. Returns false when there are none. */
  onEvent(packet: Packet): boolean {
    const calls = this.#fanouts.get(packet.messageId);
    if (calls === undefined) return false;
    let taken = false;
    for (const call of [...calls]) {
      // Groups and one-way calls number themselves apart: the id alone does not say which this is.
      if (call.serviceId !== packet.serviceId) continue;
      call.onResponse(packet);
      taken = true;
    }
    return taken;
  }

  /** A call has this message id. */
  has(messageId: number): boolean {
    return this.#open.get(messageId) !== undefined;
  }

  /** A one-way packet is an event of a subscription. */
  hasEvents({ messageId, serviceId }: Packet): boolean {
    const [call] = this.#fanouts.get(messageId) ?? [];
    return call?.serviceId === serviceId;
  }

  /** A message in pieces cannot be taken: ends the calls that wait for it. */
  refuse(packetType: PacketType, messageId: number, error: PolywireError): void {
    const isEvent = packetType === PacketType.ONE_WAY;
    const calls = isEvent ? [...(this.#fanouts.get(messageId) ?? [])] : [this.#open.get(messageId)];
    for (const call of calls) call?.cancel(error);
  }

  /** The connection is gone: fails every call, now and later. */
  close(error: PolywireError): void {
    this.#closedWith = error;
    for (const call of this.#open.all()) call.fail(error);
  }

  #join(call: OutgoingCall, fanoutId: number): void {
    call.fanoutId = fanoutId;
    const calls = this.#fanouts.get(fanoutId);
    if (calls === undefined) this.#fanouts.set(fanoutId, new Set([call]));
    else calls.add(call);
  }

  #leave(call: OutgoingCall): void {
    const calls = this.#fanouts.get(call.fanoutId);
    calls?.delete(call);
    if (calls?.size !== 0) return;
    this.#fanouts.delete(call.fanoutId);
    this.#link.dropPieces(PacketType.ONE_WAY, call.fanoutId);
  }

  #nextId(): number {
    do {
      this.#lastId = this.#lastId >= 0xffff_ffff ? 1 : this.#lastId + 1;
    } while (this.has(this.#lastId));
    return this.#lastId;
  }

  /** To be called by a call when it has ended. */
  onEnd(call: OutgoingCall): void {
    this.#open.delete(call);
    this.#link.dropLarge(PacketType.REQUEST, call.messageId);
    this.#link.dropPieces(PacketType.RESPONSE, call.messageId);
    if (call.fanoutId !== 0) this.#leave(call);
    if (this.#open.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
    if (!call.hasOneAnswer || --this.#unanswered > 0) return;
    for (const resolve of this.#whenAnswered.splice(0)) resolve();
  }
}

function routeOf(method: CallDescriptor, options: CallOptions): RouteInit {
  const { timeoutMs, metadata, idempotencyKey } = options;
  if (timeoutMs === undefined && metadata === undefined && idempotencyKey === undefined)
    return { methodId: method.methodId };
  return {
    methodId: method.methodId,
    timeoutMs: timeoutOf(timeoutMs),
    metadata: metadata === undefined ? NO_METADATA : new Map(Object.entries(metadata)),
    idempotencyKey: idempotencyKey ?? '',
  };
}

/** A call's error when its signal is aborted. */
export function cancelled(signal: AbortSignal): PolywireError {
  return new PolywireError(ErrorCode.CANCELLED, 'the call was withdrawn', { cause: signal.reason });
}

/** A whole number that the wire has room for; 0: no deadline. The caller's own deadline is what it said. */
function timeoutOf(timeoutMs = 0): number {
  return timeoutMs > 0 && timeoutMs < Number.POSITIVE_INFINITY ? Math.min(Math.ceil(timeoutMs), 0xffff_ffff) : 0;
}
