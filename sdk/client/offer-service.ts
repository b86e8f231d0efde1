import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { type CallContext, decode, encode, type ServiceDescriptor } from '@polywire/protocol/wire';
import { PolywireError, type ServiceRegistry } from '../core/index.js';
import type { BareClient } from './bare-client.js';
import { type TaskContext, Worker, type WorkOptions } from './worker.js';

/**
 * Offers a service that a client serves to everybody who asks for it through the server, with
 * `ask()`. A task is a call: the worker's name is the service's, the payload is the request.
 */
export function offerService(
  client: BareClient,
  registry: ServiceRegistry,
  service: ServiceDescriptor,
  options: WorkOptions,
): Worker {
  const run = async (payload: Uint8Array, task: TaskContext): Promise<Uint8Array> => {
    const bound = registry.find(service.serviceId, task.methodId);
    const { method } = bound;
    if (method.kind !== 'unary') {
      throw new PolywireError(
        ErrorCode.UNIMPLEMENTED,
        `${service.typeName}.${method.name} is a stream; only unary calls are tasks`,
      );
    }
    return encode(method.response, await bound.invoke(decode(method.request, payload), contextOf(task)));
  };
  return new Worker(client, service.typeName, run, options);
}

function contextOf(task: TaskContext): CallContext {
  return {
    peer: { sessionId: '', clientId: task.clientId },
    signal: task.signal,
    get remainingMs() {
      return task.remainingMs;
    },
    metadata: {},
  };
}
