import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  type CallOptions,
  decode,
  encode,
  type MethodDescriptor,
  type ServiceDescriptor,
} from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';
import type { TaskResult } from './task.js';

/** What a typed call says of its task. */
export interface AskedTask {
  readonly methodId: number;
  readonly payload: Uint8Array;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * The typed client of a service that workers serve: every unary call is a task.
 * @param request brings it to a worker
 */
export function askClient<Client>(
  service: ServiceDescriptor<Client>,
  request: (task: AskedTask) => Promise<TaskResult>,
): Client {
  const client: Record<string, unknown> = {};
  for (const [property, method] of Object.entries(service.methods)) {
    client[property] = async (message: unknown, options: CallOptions = {}) => {
      if (method.kind !== 'unary') throw notUnary(service, method);
      const { timeoutMs, signal } = options;
      const payload = encode(method.request, message ?? {});
      const result = await request({ methodId: method.methodId, payload, timeoutMs, signal });
      return decode(method.response, result.payload);
    };
  }
  return client as Client;
}

function notUnary({ typeName }: ServiceDescriptor, { name }: MethodDescriptor): PolywireError {
  return new PolywireError(
    ErrorCode.UNIMPLEMENTED,
    `${typeName}.${name} is a stream; a worker answers calls with one request and one response`,
  );
}
