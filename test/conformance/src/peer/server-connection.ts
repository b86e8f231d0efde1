import type { JsonObject } from '@bufbuild/protobuf';
import { errorName, messageDesc, methodByIds, methodInfo } from '../schema/registry.js';
import { FragmentJoiner } from './fragments.js';
import { Mailbox } from './mailbox.js';
import { decodeMessage, decodeRoute, encodeMessage, encodeRoute } from './message-codec.js';
import { CANCEL, encodePacket, ONE_WAY, type Packet, type PacketInit, PacketReader, REQUEST, ROUTE } from './packet.js';
import { errorNumber, ServerCall } from './server-call.js';
import type { Trace } from './trace.js';

const MAX_PAYLOAD_BYTES = 16_777_216;

/** The socket below a connection of the peer that serves. */
export interface ServerLink {
  /** True: every send is a WebSocket message. */
  readonly framed: boolean;
  send(bytes: Uint8Array): void;
  /** Ends the link in good order; TCP has no close code. */
  end(closeCode: number, reason: string): void;
  /** Cuts the link off. */
  cut(): void;
}

/** What a connection does by itself: it answers Hello and Ping. */
export interface ServerManners {
  /** The Welcome; undefined: the case answers Hello itself, from `calls`. */
  welcome(hello: JsonObject): JsonObject | undefined;
}

/** One connection of the client under test, for a case to play the server on. */
export class ServerConnection {
  readonly number: number;
  /** Calls of the client, but for Hello and Ping. */
  readonly calls = new Mailbox<ServerCall>();
  /** All else: responses, cancels, one-way packets. */
  readonly others = new Mailbox<Packet>();
  /** One entry when the client, or this side, has ended the connection. */
  readonly ended = new Mailbox<void>();
  /** What the client says in Hello; one entry, as soon as it does. */
  readonly hellos = new Mailbox<JsonObject>();
  /** Pings that came. */
  pings = 0;
  /** False: Pings are not answered. */
  answersPings = true;
  readonly #link: ServerLink;
  readonly #trace: Trace;
  readonly #manners: ServerManners;
  readonly #reader = new PacketReader(MAX_PAYLOAD_BYTES);
  readonly #joiner = new FragmentJoiner();
  #greeted = false;

  constructor(number: number, link: ServerLink, manners: ServerManners, trace: Trace) {
    this.number = number;
    this.#link = link;
    this.#manners = manners;
    this.#trace = trace;
  }

  /** True: close codes travel in the transport. */
  get framed(): boolean {
    return this.#link.framed;
  }

  send(packet: PacketInit): void {
    this.sendBytes(encodePacket(packet));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#trace.sent(this.number, bytes);
    this.#link.send(bytes);
  }

  /** Sends an event of a fan-out method, as all its receivers get it. */
  event(methodName: string, fanoutId: number, json: JsonObject): void {
    const { desc, serviceId, methodId } = methodInfo(methodName);
    const payload = encodeMessage(desc.output, json);
    const ext = encodeRoute({ methodId });
    this.send({ type: ONE_WAY, serviceId, messageId: fanoutId, flags: ROUTE, ext, payload });
  }

  /** Calls a method of the client one-way, such as GoAway. */
  oneWay(methodName: string, json: JsonObject): void {
    const { desc, serviceId, methodId } = methodInfo(methodName);
    const ext = encodeRoute({ methodId });
    this.send({ type: ONE_WAY, serviceId, messageId: 0, flags: ROUTE, ext, payload: encodeMessage(desc.input, json) });
  }

  /** Calls a method of the client; its response comes to `others`. */
  request(methodName: string, messageId: number, json: JsonObject): void {
    const { desc, serviceId, methodId } = methodInfo(methodName);
    const payload = encodeMessage(desc.input, json);
    this.send({ type: REQUEST, serviceId, messageId, flags: ROUTE, ext: encodeRoute({ methodId }), payload });
  }

  /** Says why, as a server does on every transport, and ends the connection with a close code. */
  close(codeName: string, closeCode: number): void {
    const code = errorNumber(codeName);
    const json = { code: `ERROR_CODE_${codeName}`, message: 'the case says so' };
    const payload = encodeMessage(messageDesc('polywire.errors.v1.Error'), json);
    this.send({ type: ONE_WAY, serviceId: 1, messageId: 0, flags: ROUTE, ext: encodeRoute({ code }), payload });
    this.#link.end(closeCode, codeName);
  }

  /** Ends the connection without a word of why. */
  end(closeCode: number): void {
    this.#trace.note(this.number, `ends the connection, code ${closeCode}`);
    this.#link.end(closeCode, '');
  }

  cut(): void {
    this.#trace.note(this.number, 'cuts the connection off');
    this.#link.cut();
  }

  /** For the server that has the socket. */
  onBytes(bytes: Uint8Array): void {
    try {
      for (const piece of this.#reader.push(bytes)) {
        this.#trace.received(this.number, piece, undefined);
        const packet = this.#joiner.push(piece);
        if (packet !== undefined) this.#dispatch(packet);
      }
    } catch (error) {
      this.#trace.note(this.number, `received bytes that are refused: ${(error as Error).message}`);
      this.onEnd(error as Error);
      this.#link.cut();
    }
  }

  /** For the server that has the socket. */
  onEnd(error: Error = new Error('the client ended the connection')): void {
    this.#trace.note(this.number, `ended: ${error.message}`);
    this.ended.put();
    this.hellos.end(error);
    this.calls.end(error);
    this.others.end(error);
  }

  #dispatch(packet: Packet): void {
    const routed = (packet.flags & ROUTE) !== 0;
    if (packet.type !== REQUEST || !routed || (packet.flags & CANCEL) !== 0) {
      this.others.put(packet);
      return;
    }
    const route = decodeRoute(packet.ext);
    const method = methodByIds(packet.serviceId, route.methodId);
    if (method === undefined) throw new Error(`a call of service ${packet.serviceId}, method ${route.methodId} came`);
    const request = decodeMessage(method.desc.input, packet.payload);
    const call = new ServerCall(method, request, route, packet, (answer) => this.send(answer));
    switch (method.name) {
      case 'polywire.session.v1.SessionService/Hello': {
        this.#greeted = true;
        this.hellos.put(request);
        const welcome = this.#manners.welcome(request);
        if (welcome === undefined) this.calls.put(call);
        else call.respond(welcome);
        return;
      }
      case 'polywire.session.v1.SessionService/Ping':
        this.pings++;
        if (this.answersPings) call.respond({ nonce: request.nonce ?? '0' });
        return;
      default:
        if (!this.#greeted) throw new Error(`${method.name} came before Hello`);
        this.calls.put(call);
    }
  }
}

/** The name of the error that a response carries; empty: none. */
export function errorOf(packet: Packet): string {
  const code = (packet.flags & ROUTE) === 0 ? 0 : decodeRoute(packet.ext).code;
  return code === 0 ? '' : errorName(code);
}
