import type { JsonObject } from '@bufbuild/protobuf';
import { enumDesc, type MethodInfo, messageDesc } from '../schema/registry.js';
import { encodeMessage, encodeRoute, type Route } from './message-codec.js';
import { MORE, type Packet, type PacketInit, RESPONSE, ROUTE } from './packet.js';

const errorDesc = messageDesc('polywire.errors.v1.Error');

/** A request of the client under test, and the answers that a case chooses. */
export class ServerCall {
  readonly method: MethodInfo;
  readonly request: JsonObject;
  readonly route: Required<Route>;
  readonly packet: Packet;
  readonly #send: (packet: PacketInit) => void;

  constructor(
    method: MethodInfo,
    request: JsonObject,
    route: Required<Route>,
    packet: Packet,
    send: (packet: PacketInit) => void,
  ) {
    this.method = method;
    this.request = request;
    this.route = route;
    this.packet = packet;
    this.#send = send;
  }

  /** The response of a unary call. */
  respond(json: JsonObject): void {
    this.#answer(0, encodeMessage(this.method.desc.output, json));
  }

  /** An item of a server stream; `fanoutId`: later items may come by `ServerConnection.event`. */
  item(json: JsonObject, fanoutId = 0): void {
    const payload = encodeMessage(this.method.desc.output, json);
    if (fanoutId === 0) this.#answer(MORE, payload);
    else this.#answer(MORE | ROUTE, payload, encodeRoute({ fanoutId }));
  }

  /** The end of a server stream. */
  end(): void {
    this.#answer(0, new Uint8Array(0));
  }

  /** @param codeName such as NOT_FOUND */
  fail(codeName: string, message = 'the case says so', retryAfterMs = 0): void {
    const payload = encodeMessage(errorDesc, { code: `ERROR_CODE_${codeName}`, message, retryAfterMs });
    this.#answer(ROUTE, payload, encodeRoute({ code: errorNumber(codeName) }));
  }

  #answer(flags: number, payload: Uint8Array, ext: Uint8Array = new Uint8Array(0)): void {
    const { serviceId, messageId } = this.packet;
    this.#send({ type: RESPONSE, serviceId, messageId, flags, ext, payload });
  }
}

/** The number of an error code by its name without the prefix. @throws Error when there is none */
export function errorNumber(codeName: string): number {
  const value = enumDesc('polywire.errors.v1.ErrorCode').values.find(({ name }) => name === `ERROR_CODE_${codeName}`);
  if (value === undefined) throw new Error(`no error code is called ${codeName}`);
  return value.number;
}
