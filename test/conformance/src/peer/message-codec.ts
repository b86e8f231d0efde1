import {
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Message,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { messageDesc, registry } from '../schema/registry.js';

/** The encoding of a message given as proto-JSON. @throws Error naming the field that is wrong */
export function encodeMessage(desc: DescMessage, json: JsonValue): Uint8Array {
  return toBinary(desc, fromJson(desc, json, { registry, ignoreUnknownFields: false }));
}

/** Proto-JSON of an encoded message; fields that are not set appear with their default. */
export function decodeMessage(desc: DescMessage, bytes: Uint8Array): JsonObject {
  return toJson(desc, fromBinary(desc, bytes), { registry, alwaysEmitImplicit: true }) as JsonObject;
}

/** A decoded message, which becomes proto-JSON when somebody asks: of large bytes that costs most of all. */
export class DecodedMessage {
  readonly message: Message;
  readonly #desc: DescMessage;
  #json: JsonObject | undefined;

  /** @throws Error when the bytes are not such a message */
  constructor(desc: DescMessage, bytes: Uint8Array) {
    this.#desc = desc;
    this.message = fromBinary(desc, bytes);
  }

  get json(): JsonObject {
    this.#json ??= toJson(this.#desc, this.message, { registry, alwaysEmitImplicit: true }) as JsonObject;
    return this.#json;
  }
}

const routeDesc = messageDesc('polywire.transport.v1.Route');

/** The extension header of a routed packet. */
export interface Route {
  readonly methodId?: number;
  readonly code?: number;
  readonly timeoutMs?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly fanoutId?: number;
  readonly idempotencyKey?: string;
}

export function encodeRoute(route: Route): Uint8Array {
  return encodeMessage(routeDesc, { ...route } as JsonObject);
}

/** @throws Error when the bytes are not a Route */
export function decodeRoute(bytes: Uint8Array): Required<Route> {
  return decodeMessage(routeDesc, bytes) as unknown as Required<Route>;
}
