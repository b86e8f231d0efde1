import type { JsonObject } from '@bufbuild/protobuf';
import { type MethodInfo, methodInfo } from '../schema/registry.js';
import { dialQuic } from './dial-quic.js';
import { dialTcp } from './dial-tcp.js';
import { dialWs } from './dial-ws.js';
import { FragmentJoiner } from './fragments.js';
import type { Dial, Link, LinkEnd, LinkEvents } from './link.js';
import { Mailbox } from './mailbox.js';
import { decodeRoute } from './message-codec.js';
import {
  encodePacket,
  ONE_WAY,
  type Packet,
  type PacketInit,
  PacketReader,
  REQUEST,
  RESPONSE,
  ROUTE,
} from './packet.js';
import { type CallHost, PeerCall } from './peer-call.js';
import type { Trace } from './trace.js';

/** Name and version of the runner, as Hello has it. */
export const AGENT = 'polywire-conformance/0.1.0';

// More than any server of sense announces; it only bounds this side's memory.
const MAX_PAYLOAD_BYTES = 268_435_456;
const HELLO = 'polywire.session.v1.SessionService/Hello';
const PING = 'polywire.session.v1.SessionService/Ping';
const SESSION_SERVICE_ID = 1;
const PING_METHOD_ID = 2;

const dials: Readonly<Record<string, Dial>> = { 'ws:': dialWs, 'wss:': dialWs, 'tcp:': dialTcp, 'quic:': dialQuic };

/** True when a target can be dialled. */
export function canDial(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol in dials;
}

/** One connection of a case. Packets of its calls go to them, all others into `inbox`. */
export class Connection implements CallHost {
  readonly inbox = new Mailbox<Packet>();
  /** How the connection ended; undefined while it stands. */
  end: LinkEnd | undefined;
  readonly #trace: Trace;
  readonly #number: number;
  readonly #reader = new PacketReader(MAX_PAYLOAD_BYTES);
  readonly #joiner = new FragmentJoiner();
  readonly #calls = new Map<number, PeerCall>();
  readonly #fanouts = new Map<string, Set<PeerCall>>();
  readonly #withdrawn = new Set<PeerCall>();
  readonly #ended = new Mailbox<LinkEnd>();
  #link: Link | undefined;
  #lastMessageId = 0;
  #heartbeat: NodeJS.Timeout | undefined;

  private constructor(number: number, trace: Trace) {
    this.#number = number;
    this.#trace = trace;
  }

  /** @throws Error when nothing answers at `url` */
  static async open(url: string, number: number, trace: Trace, timeoutMs: number): Promise<Connection> {
    const connection = new Connection(number, trace);
    const dial = dials[new URL(url).protocol];
    if (dial === undefined) throw new Error(`${url} cannot be dialled; use ws://, wss://, tcp:// or quic://`);
    connection.#link = await dial(url, connection.#events, timeoutMs);
    trace.note(number, 'connected');
    return connection;
  }

  /** True: the transport keeps the borders of messages. */
  get framed(): boolean {
    return this.#link?.framed ?? false;
  }

  startCall(method: MethodInfo): PeerCall {
    const call = new PeerCall(this, method, ++this.#lastMessageId);
    this.#calls.set(call.messageId, call);
    if (this.end !== undefined) call.fail(endError(this.end));
    return call;
  }

  /** Says Hello and returns the Welcome as proto-JSON. @throws Error when it is refused */
  async hello(clientId: string, timeoutMs: number): Promise<JsonObject> {
    const welcome = await this.#callOnce(HELLO, { clientId, agent: AGENT }, timeoutMs);
    const heartbeatMs = Number(welcome.heartbeatMs ?? 0);
    if (heartbeatMs > 0) this.#heartbeat = setInterval(() => this.#beat(timeoutMs), heartbeatMs / 2);
    return welcome;
  }

  /** Takes nothing more from the network, or goes on. @throws Error on QUIC */
  read(on: boolean): void {
    this.#trace.note(this.#number, on ? 'reads again' : 'stops reading');
    this.#link?.read(on);
  }

  /**
   * Withdraws a call and waits until the server has answered a Ping that was sent after. What
   * comes for the call until then may have been under way; nothing may come later.
   */
  async withdraw(call: PeerCall, timeoutMs: number): Promise<void> {
    call.cancel();
    this.#withdrawn.add(call);
    await this.#callOnce(PING, { nonce: '1' }, timeoutMs);
    this.#withdrawn.delete(call);
    this.callEnded(call);
  }

  sendPacket(init: PacketInit): void {
    this.sendBytes(encodePacket(init));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#trace.sent(this.#number, bytes);
    this.#link?.send(bytes);
  }

  /** Sends each byte by itself, so that a TCP server sees every possible cut. */
  async sendSplit(bytes: Uint8Array): Promise<void> {
    this.#trace.sent(this.#number, bytes);
    for (const byte of bytes) {
      this.#link?.send(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  sendText(text: string): void {
    this.#trace.note(this.#number, `sent text ${JSON.stringify(text)}`);
    this.#link?.sendText(text);
  }

  /** @throws TimeoutError */
  waitForEnd(timeoutMs: number): Promise<LinkEnd> {
    if (this.end !== undefined) return Promise.resolve(this.end);
    return this.#ended.take(timeoutMs, 'the end of the connection');
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#link?.close();
  }

  /** Ends the connection at once: servers may take their time to answer an orderly end. */
  cut(): void {
    clearInterval(this.#heartbeat);
    this.#link?.cut();
  }

  joinFanout(call: PeerCall, fanoutId: number): void {
    const key = `${call.method.serviceId}/${fanoutId}`;
    const calls = this.#fanouts.get(key) ?? new Set();
    this.#fanouts.set(key, calls.add(call));
  }

  callEnded(call: PeerCall): void {
    this.#calls.delete(call.messageId);
    const key = `${call.method.serviceId}/${call.fanoutId}`;
    const calls = this.#fanouts.get(key);
    calls?.delete(call);
    if (calls?.size === 0) this.#fanouts.delete(key);
  }

  readonly #events: LinkEvents = {
    onBytes: (bytes) => {
      try {
        for (const packet of this.#reader.push(bytes)) {
          this.#trace.received(this.#number, packet, this.#calls.get(packet.messageId)?.method);
          const whole = this.#joiner.push(packet);
          if (whole !== undefined) this.#dispatch(whole);
        }
        if (this.framed && this.#reader.pendingBytes > 0) throw new Error('a WebSocket message ends inside a packet');
      } catch (error) {
        this.#trace.note(this.#number, `received bytes that are refused: ${(error as Error).message}`);
        this.#break(error as Error);
      }
    },
    onText: () => this.#break(new Error('a WebSocket text message came; the native wire has binary messages only')),
    onEnd: (end) => {
      this.#trace.note(this.#number, `ended${end.code === 0 ? '' : `, code ${end.code}`} ${end.reason}`.trimEnd());
      clearInterval(this.#heartbeat);
      this.end = end;
      this.#break(endError(end));
      this.#ended.put(end);
    },
  };

  #dispatch(packet: Packet): void {
    if (packet.type === RESPONSE) {
      const call = this.#calls.get(packet.messageId);
      if (call === undefined) this.inbox.put(packet);
      else if (!this.#withdrawn.has(call)) call.onResponse(packet);
      return;
    }
    const routed = (packet.flags & ROUTE) !== 0;
    const isPing = routed && packet.serviceId === SESSION_SERVICE_ID && packet.type === REQUEST;
    if (isPing && decodeRoute(packet.ext).methodId === PING_METHOD_ID) {
      // Request and response of Ping have the same encoding.
      this.sendPacket({ ...packet, type: RESPONSE, flags: 0, ext: new Uint8Array(0) });
      return;
    }
    const calls =
      routed && packet.type === ONE_WAY ? this.#fanouts.get(`${packet.serviceId}/${packet.messageId}`) : undefined;
    if (calls === undefined) this.inbox.put(packet);
    else for (const call of calls) if (!this.#withdrawn.has(call)) call.onFanout(packet);
  }

  /** The time limit of a Ping is that of a step: a server that does not answer is found by steps. */
  #beat(timeoutMs: number): void {
    this.#callOnce(PING, { nonce: '0' }, timeoutMs).catch(() => {});
  }

  #break(error: Error): void {
    for (const call of this.#calls.values()) call.fail(error);
    this.inbox.end(error);
  }

  async #callOnce(method: string, request: JsonObject, timeoutMs: number): Promise<JsonObject> {
    const call = this.startCall(methodInfo(method));
    call.send(request, {});
    const event = await call.events.take(timeoutMs, `the answer of ${method}`);
    if (event.kind === 'item') return event.json;
    if (event.kind === 'error') throw new Error(`${method} failed: ${event.code}: ${String(event.json.message)}`);
    throw new Error(`${method}: ${event.kind === 'broken' ? event.text : 'no response'}`);
  }
}

function endError(end: LinkEnd): Error {
  const code = end.code === 0 ? '' : ` with code ${end.code}`;
  return new Error(`the connection ended${code}${end.reason === '' ? '' : `: ${end.reason}`}`);
}
