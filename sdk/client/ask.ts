import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { IoServiceCalls, type RequestResponse } from '@polywire/protocol/polywire.io.v1';
import { type CallDescriptor, type CallOptions, type CallsDescriptor, decode, encode } from '@polywire/protocol/wire';
import { type CallStarter, createClient, type OutgoingSink, PolywireError, type StartedCall } from '../core/index.js';
import type { BareClient } from './bare-client.js';

export interface AskOptions {
  /** Only a worker of this client. Default: any that is free. */
  readonly clientId?: string;
  /** When the worker is lost, the task goes to another one: it may then be done twice. Default: what is idempotent. */
  readonly retry?: boolean;
}

/**
 * The typed client of a service that other clients offer. Its unary calls travel through the
 * server to a worker that is free; NO_WORKER when there is none, WORKER_LOST when it drops.
 *
 * ```ts
 * const { text } = await ask(client, Printer).print({ page })
 * ```
 */
export function ask<Client>(client: BareClient, service: CallsDescriptor<Client>, options: AskOptions = {}): Client {
  return createClient(
    service,
    () => ({ outgoing: new Asking(client.target().outgoing, options) }),
    client.callDefaults,
  );
}

const { request: requestMethod } = IoServiceCalls.methods as { readonly request: CallDescriptor };

/** Turns calls into requests of IoService. */
class Asking implements CallStarter {
  readonly #outgoing: CallStarter;
  readonly #options: AskOptions;

  constructor(outgoing: CallStarter, options: AskOptions) {
    this.#outgoing = outgoing;
    this.#options = options;
  }

  begin(
    service: CallsDescriptor,
    method: CallDescriptor,
    request: unknown,
    _more: boolean,
    options: CallOptions,
    sink: OutgoingSink,
  ): StartedCall {
    if (method.kind !== 'unary') {
      const text = `${service.typeName}.${method.name} is a stream; only unary calls can be asked for`;
      throw new PolywireError(ErrorCode.UNIMPLEMENTED, text);
    }
    const { clientId = '', retry = method.idempotent } = this.#options;
    const payload = encode(method.request, request);
    const asked = { worker: service.typeName, methodId: method.methodId, clientId, payload, retry };
    // What is safe to do twice is safe to ask for twice.
    const through = { ...requestMethod, idempotent: method.idempotent };
    return this.#outgoing.begin(IoServiceCalls, through, asked, false, options, {
      onMessage: (response, bytes) => {
        let message: unknown;
        try {
          message = decode(method.response, (response as RequestResponse).payload);
        } catch (thrown) {
          sink.onError(PolywireError.from(thrown));
          return;
        }
        sink.onMessage(message, bytes);
      },
      onError: (error) => sink.onError(error),
    });
  }
}
