import { fromJsonString, toBinary } from '@bufbuild/protobuf';
import { PacketType } from '@polywire/protocol/polywire.transport.v1';
import type { ByteWriter } from '@polywire/protocol/wire';
import { PacketWriter } from '@polywire/sdk/core';
import { methodNamed, registry, serviceNamed } from './schema.js';
import { UsageError } from './usage-error.js';

export interface PacketRequest {
  readonly service: string;
  readonly method: string;
  /** Proto-JSON of the request. */
  readonly requestJson: string;
  readonly messageId: number;
  /** Milliseconds that the caller will wait; undefined: no deadline. */
  readonly timeoutMs: number | undefined;
}

/**
 * The packet of a call.
 * @throws UsageError when there is no such method, or the JSON is not its request
 */
export function encodePacket(request: PacketRequest): Uint8Array {
  const service = serviceNamed(request.service);
  const method = methodNamed(service, request.method);
  const payload = encodeJson(method.request, request.requestJson);
  const { messageId, timeoutMs } = request;
  const route = { methodId: method.methodId, ...(timeoutMs !== undefined && { timeoutMs }) };
  const head = { packetType: PacketType.REQUEST, serviceId: service.serviceId, messageId, flags: 0, route };
  const writer = new PacketWriter();
  writer.message(head, encodedAlready, payload);
  return writer.take();
}

/** The payload is encoded by reflection; the packet takes it as it is. */
const encodedAlready = {
  typeName: 'bytes',
  borrows: false,
  write: (payload: Uint8Array, writer: ByteWriter): void => writer.raw(payload),
  read: (): never => {
    throw new Error('only for writing');
  },
};

function encodeJson(desc: Parameters<typeof toBinary>[0], json: string): Uint8Array {
  try {
    return toBinary(desc, fromJsonString(desc, json, { registry }));
  } catch (error) {
    throw new UsageError(`the JSON is not a ${desc.typeName}: ${(error as Error).message}`);
  }
}
