import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { errorName, type MethodInfo, messageDesc } from '../schema/registry.js';
import { cutIntoFragments } from './fragments.js';
import { Mailbox } from './mailbox.js';
import { DecodedMessage, decodeMessage, decodeRoute, encodeMessage, encodeRoute, type Route } from './message-codec.js';
import { CANCEL, MORE, ONE_WAY, type Packet, type PacketInit, REQUEST, ROUTE } from './packet.js';
import { TopicOrder } from './topic-order.js';

const errorDesc = messageDesc('polywire.errors.v1.Error');

/** What a call brings. `broken`: the answer breaks a rule of the wire. */
export type CallEvent =
  | { readonly kind: 'item'; readonly json: JsonObject }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly code: string; readonly json: JsonObject }
  | { readonly kind: 'broken'; readonly text: string };

/** What a call needs of its connection. */
export interface CallHost {
  sendPacket(packet: PacketInit): void;
  /** Later items come as one-way packets with this message id. */
  joinFanout(call: PeerCall, fanoutId: number): void;
  /** No packet may come for this call any more. */
  callEnded(call: PeerCall): void;
}

/** One call that the runner makes. */
export class PeerCall {
  readonly method: MethodInfo;
  readonly messageId: number;
  readonly events = new Mailbox<CallEvent>();
  fanoutId = 0;
  readonly #host: CallHost;
  #started = false;
  #finished = false;
  #ended = false;
  #order: TopicOrder | undefined;
  /** What it is sent depends on how fast it reads, so it need not share a stream with others. */
  #ownStream = false;
  /** Requests are sent in fragments of so many bytes; 0: whole. */
  fragmentBytes = 0;

  constructor(host: CallHost, method: MethodInfo, messageId: number) {
    this.#host = host;
    this.method = method;
    this.messageId = messageId;
  }

  get sendsStream(): boolean {
    return this.method.desc.methodKind === 'client_streaming' || this.method.desc.methodKind === 'bidi_streaming';
  }

  get receivesStream(): boolean {
    return this.method.desc.methodKind === 'server_streaming' || this.method.desc.methodKind === 'bidi_streaming';
  }

  /** Sends a request, or the next item of a request stream; the first one starts the call. */
  send(json: JsonValue, route: Route): void {
    this.#ownStream = (json as JsonObject).delivery === 'DELIVERY_LATEST';
    const isSubscription = this.method.fanout && this.method.desc.name === 'Subscribe';
    if (isSubscription && TopicOrder.appliesTo(json as JsonObject)) this.#order = new TopicOrder(json as JsonObject);
    const payload = encodeMessage(this.method.desc.input, json);
    const more = this.sendsStream ? MORE : 0;
    this.#sendRequest(more, payload, route);
    if (!this.sendsStream) this.#finished = true;
  }

  /** Nothing more will be sent. A stream that never had an item starts and ends with one packet. */
  finish(route: Route): void {
    if (this.#finished || !this.sendsStream) return;
    this.#finished = true;
    this.#sendRequest(0, new Uint8Array(0), route);
  }

  cancel(): void {
    const { serviceId } = this.method;
    this.#host.sendPacket({ type: ONE_WAY, serviceId, messageId: this.messageId, flags: CANCEL });
  }

  /** A response packet with this call's message id. */
  onResponse(packet: Packet): void {
    try {
      this.#read(packet);
    } catch (error) {
      this.#broken((error as Error).message);
    }
  }

  /** A one-way packet of this call's fan-out group. */
  onFanout(packet: Packet): void {
    try {
      const { methodId, code } = decodeRoute(packet.ext);
      if (methodId !== this.method.methodId || code !== 0) {
        throw new Error(`an event of group ${this.fanoutId} has method ${methodId} and code ${code} in its Route`);
      }
      this.#item(packet);
    } catch (error) {
      this.#broken((error as Error).message);
    }
  }

  /** The connection ended. */
  fail(error: Error): void {
    this.events.end(error);
  }

  #sendRequest(flags: number, payload: Uint8Array, route: Route): void {
    const { serviceId, methodId } = this.method;
    const first = !this.#started;
    this.#started = true;
    const packet = {
      type: REQUEST,
      serviceId,
      messageId: this.messageId,
      flags: first ? flags | ROUTE : flags,
      ext: first ? encodeRoute({ ...route, methodId }) : new Uint8Array(0),
      payload,
    };
    for (const piece of cutIntoFragments(packet, this.fragmentBytes)) this.#host.sendPacket(piece);
  }

  #read(packet: Packet): void {
    if (packet.serviceId !== this.method.serviceId) {
      throw new Error(`the response has service id ${packet.serviceId}; the request had ${this.method.serviceId}`);
    }
    const more = (packet.flags & MORE) !== 0;
    if ((packet.flags & ROUTE) === 0 && packet.ext.length > 0) {
      throw new Error('the response has an extension header but not the ROUTE flag');
    }
    const route = (packet.flags & ROUTE) === 0 ? undefined : decodeRoute(packet.ext);
    if (route !== undefined && route.code !== 0) {
      if (more) throw new Error('an error response has the MORE flag');
      this.#error(route.code, packet.payload);
      return;
    }
    if (!this.receivesStream) {
      if (more) throw new Error('the response of a call with one response has the MORE flag');
      this.#item(packet);
      this.#end();
      return;
    }
    if (!more) {
      if (packet.payload.length > 0) throw new Error('the last packet of a stream, without MORE, carries a payload');
      this.#end();
      return;
    }
    if (this.method.fanout && !(this.#ownStream && route === undefined)) {
      const fanoutId = route?.fanoutId ?? 0;
      if (fanoutId === 0) throw new Error('a response of a fan-out method has no fanout_id in its Route');
      if (this.fanoutId !== 0 && this.fanoutId !== fanoutId) {
        throw new Error(`fanout_id was ${this.fanoutId} and is now ${fanoutId}`);
      }
      if (this.fanoutId === 0) this.#host.joinFanout(this, fanoutId);
      this.fanoutId = fanoutId;
    }
    this.#item(packet);
  }

  #item(packet: Packet): void {
    const decoded = new DecodedMessage(this.method.desc.output, packet.payload);
    this.#order?.push(decoded.message);
    this.events.put({
      kind: 'item',
      get json() {
        return decoded.json;
      },
    });
  }

  #error(code: number, payload: Uint8Array): void {
    const json = decodeMessage(errorDesc, payload);
    const name = errorName(code);
    if (json.code !== `ERROR_CODE_${name}`) {
      throw new Error(`Route.code is ${name}, but the Error in the payload says ${String(json.code)}`);
    }
    this.events.put({ kind: 'error', code: name, json });
    this.#close();
  }

  #end(): void {
    this.events.put({ kind: 'end' });
    this.#close();
  }

  #broken(text: string): void {
    this.events.put({ kind: 'broken', text });
    this.#close();
  }

  #close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#host.callEnded(this);
  }
}
