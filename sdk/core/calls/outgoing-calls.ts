import * as PacketFlag from '@polywire/protocol/enums/polywire.transport.v1.PacketFlag';
import * as PacketType from '@polywire/protocol/enums/polywire.transport.v1.PacketType';
import type { Route, RouteInit } from '@polywire/protocol/polywire.transport.v1';
import type { CallDescriptor, CallOptions, CallsDescriptor } from '@polywire/protocol/wire';
import { CallTable } from '#call-table';
import type { Timer } from '../clock.js';
import type { PolywireError } from '../error.js';
import type { Packet } from '../packet/packet.js';
import type { CallLink } from './call-link.js';
import type { CallStarter } from './call-target.js';
import { cancelled, OutgoingCall, type OutgoingSink } from './outgoing-call.js';

/** When there is no deadline. */
const NEVER_MS = Number.POSITIVE_INFINITY;
const NO_CALLS: readonly OutgoingCall[] = [];

/** The calls that this side makes on one connection. One timer looks after the deadlines of all. */
export class OutgoingCalls implements CallStarter {
  readonly link: CallLink;
  /** Calls that have not ended. */
  readonly open = new CallTable<OutgoingCall>();
  /** Calls by the group whose one-way packets belong to them. The lists are never changed. */
  readonly #fanouts = new Map<number, readonly OutgoingCall[]>();
  #timer: Timer | undefined;
  #timerAtMs = NEVER_MS;
  #closedWith: PolywireError | undefined;
  /** Called whenever a call has left this connection. */
  readonly watchers: (() => void)[] = [];

  constructor(link: CallLink) {
    this.link = link;
  }

  begin(
    service: CallsDescriptor,
    method: CallDescriptor,
    request: unknown,
    more: boolean,
    options: CallOptions,
    sink: OutgoingSink,
  ): OutgoingCall {
    const call = new OutgoingCall(service, method, options, sink);
    this.send(call, request, more);
    call.listen();
    return call;
  }

  /**
   * Writes the first packet of a call that is on no connection.
   * @throws PolywireError, WireError when it cannot be sent; nothing was then
   */
  send(call: OutgoingCall, request: unknown, more: boolean): void {
    if (this.#closedWith !== undefined) throw this.#closedWith;
    const { signal, timeoutMs = 0, metadata } = call.options;
    if (signal?.aborted === true) throw cancelled(signal);
    const nowMs = timeoutMs > 0 ? this.link.clock.now() : 0;
    if (call.dueMs === 0) call.dueMs = timeoutMs > 0 ? nowMs + timeoutMs : NEVER_MS;
    const route: RouteInit = {
      methodId: call.method.methodId,
      timeoutMs: onWire(call.dueMs - nowMs),
      metadata: metadata && new Map(Object.entries(metadata)),
      idempotencyKey: call.key,
    };
    call.messageId = this.open.nextId();
    this.writeRequest(call, more ? PacketFlag.MORE : 0, request, route);
    call.on = this;
    this.open.add(call);
    if (call.dueMs < this.#timerAtMs) this.#arm(call.dueMs, nowMs);
  }

  /**
   * Writes one packet of a call.
   * @param request undefined: without a payload
   */
  writeRequest({ service, method, messageId }: OutgoingCall, flags: number, request: unknown, route?: RouteInit): void {
    const codec = request === undefined ? undefined : method.request;
    this.link.write(PacketType.REQUEST, service.serviceId, messageId, flags, route, codec, request);
  }

  /** The subscriptions that a one-way packet is for. */
  followers({ messageId, serviceId }: Packet): readonly OutgoingCall[] {
    const calls = this.#fanouts.get(messageId);
    // Groups and one-way calls number themselves apart: the id alone does not say which this is.
    return calls?.[0]?.service.serviceId === serviceId ? calls : NO_CALLS;
  }

  /** Handles a response. Returns false when it belongs to no call of this side. */
  onResponse(packet: Packet, route: Route | undefined): boolean {
    const call = this.open.get(packet.messageId);
    if (call === undefined) return false;
    if (route !== undefined) {
      if (route.code !== 0) {
        this.delete(call);
        call.fail(this.link.readError(packet, route.code));
        return true;
      }
      if (route.fanoutId !== 0) {
        call.fanoutId = route.fanoutId;
        this.#fanouts.set(route.fanoutId, [...(this.#fanouts.get(route.fanoutId) ?? NO_CALLS), call]);
      }
    }
    call.onPacket(packet, this);
    return true;
  }

  /** Hands a one-way packet to the subscriptions that it is for. Returns false when there are none. */
  onEvent(packet: Packet): boolean {
    const calls = this.followers(packet);
    for (const call of calls) if (call.on === this) call.onPacket(packet, this);
    return calls.length > 0;
  }

  /** The connection is gone: fails every call, now and later. */
  close(error: PolywireError): void {
    this.#closedWith = error;
    for (const call of this.open.all()) {
      this.delete(call);
      call.fail(error);
    }
  }

  /** Takes a call that is on this connection away from it. */
  delete(call: OutgoingCall): void {
    const { messageId, fanoutId } = call;
    call.on = undefined;
    this.open.delete(call);
    if (this.open.size === 0) this.#disarm();
    this.link.dropPieces(PacketType.RESPONSE, messageId, PacketType.REQUEST);
    if (fanoutId !== 0) {
      call.fanoutId = 0;
      const others = this.#fanouts.get(fanoutId)?.filter((other) => other !== call) ?? NO_CALLS;
      if (others.length > 0) this.#fanouts.set(fanoutId, others);
      else {
        this.#fanouts.delete(fanoutId);
        this.link.dropPieces(PacketType.ONE_WAY, fanoutId);
      }
    }
    for (const look of this.watchers) look();
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timerAtMs = NEVER_MS;
  }

  #arm(dueMs: number, nowMs: number): void {
    this.#disarm();
    this.#timerAtMs = dueMs;
    this.#timer = this.link.clock.setTimer(Math.max(0, dueMs - nowMs), () => this.#expire());
  }

  /** Most calls end long before their deadline: the timer looks for the next only when it fires. */
  #expire(): void {
    this.#timerAtMs = NEVER_MS;
    const nowMs = this.link.clock.now();
    for (const call of this.open.all()) {
      if (call.dueMs <= nowMs) call.expire();
      else if (call.dueMs < this.#timerAtMs) this.#arm(call.dueMs, nowMs);
    }
  }
}

/** A whole number that the wire has room for; 0: no deadline. */
function onWire(leftMs: number): number {
  return leftMs === NEVER_MS ? 0 : Math.min(Math.max(1, Math.ceil(leftMs)), 0xffff_ffff);
}
