import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { CallDescriptor, CallOptions, CallsDescriptor } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import type { CallTarget, StartedCall } from './call-target.js';
import { ItemQueue } from './item-queue.js';
import type { OutgoingSink } from './outgoing-call.js';

export interface CreateClientOptions {
  /** Milliseconds that a unary or client-stream call may take when its options do not say. 0: no limit. */
  readonly timeoutMs: number;
  /** Bytes of received items that may wait for a slow reader; more end the call with SLOW_CONSUMER. */
  readonly maxStreamBytes: number;
}

/** What one method's caller is made of. */
interface Caller {
  /** Where calls begin; throws when none can. */
  readonly target: () => CallTarget;
  readonly service: CallsDescriptor;
  readonly method: CallDescriptor;
  readonly options: CreateClientOptions;
}

type Requests = AsyncIterable<unknown>;

/**
 * The typed client of a service: one function a method.
 *
 * A call begins when the function is called; with a stream of requests, at its first request. A
 * stream of responses is read with `for await`; leaving the loop withdraws the call.
 *
 * @param target gives what calls begin on, such as the engine of a connection, or throws a
 * PolywireError, which the call then fails with
 */
export function createClient<Client>(
  service: CallsDescriptor<Client>,
  target: () => CallTarget,
  options: CreateClientOptions,
): Client {
  const client: Record<string, unknown> = {};
  for (const [property, method] of Object.entries(service.methods)) {
    client[property] = callerOf({ target, service, method, options });
  }
  return client as Client;
}

function callerOf(caller: Caller) {
  switch (caller.method.kind) {
    case 'unary':
      return (request: unknown, call?: CallOptions) => callUnary(caller, request ?? {}, call);
    case 'server-stream':
      return (request: unknown, call?: CallOptions) => callServerStream(caller, request ?? {}, call);
    case 'client-stream':
      return (requests: Requests, call?: CallOptions) => callClientStream(caller, requests, call);
    case 'bidi-stream':
      return (requests: Requests, call?: CallOptions) => callBidiStream(caller, requests, call);
  }
}

function callUnary(caller: Caller, request: unknown, call: CallOptions | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sink = { onMessage: resolve, onEnd: () => {}, onError: reject };
    try {
      caller.target().outgoing.begin(caller.service, caller.method, request, false, withTimeout(caller, call), sink);
    } catch (thrown) {
      reject(PolywireError.from(thrown));
    }
  });
}

function callServerStream(caller: Caller, request: unknown, call: CallOptions | undefined): Requests {
  const responses = new Responses(caller);
  try {
    const { service, method } = caller;
    responses.call = caller.target().outgoing.begin(service, method, request, false, call ?? {}, responses);
  } catch (thrown) {
    responses.onError(PolywireError.from(thrown));
  }
  return responses.items;
}

function callClientStream(caller: Caller, requests: Requests, call: CallOptions | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sink = { onMessage: resolve, onEnd: () => {}, onError: reject };
    sendRequests(caller, requests, withTimeout(caller, call), sink, () => {}).catch((thrown: unknown) =>
      reject(PolywireError.from(thrown)),
    );
  });
}

function callBidiStream(caller: Caller, requests: Requests, call: CallOptions | undefined): Requests {
  const responses = new Responses(caller);
  sendRequests(caller, requests, call ?? {}, responses, (begun) => {
    responses.call = begun;
  }).catch((thrown: unknown) => responses.onError(PolywireError.from(thrown)));
  return responses.items;
}

/** Responses of a call on their way to its reader. */
class Responses implements OutgoingSink {
  readonly items: ItemQueue<unknown>;
  readonly #caller: Caller;
  call: StartedCall | undefined;

  constructor(caller: Caller) {
    this.#caller = caller;
    this.items = new ItemQueue(() =>
      this.call?.cancel(new PolywireError(ErrorCode.CANCELLED, 'the reader of the stream stopped')),
    );
  }

  onMessage(message: unknown, bytes: number): void {
    this.items.push(message, bytes);
    const { maxStreamBytes } = this.#caller.options;
    if (this.items.queuedBytes <= maxStreamBytes) return;
    const { service, method } = this.#caller;
    const text = `over ${maxStreamBytes} bytes of ${service.typeName}.${method.name} wait to be read (maxStreamBytes)`;
    this.call?.cancel(new PolywireError(ErrorCode.SLOW_CONSUMER, text));
  }

  onEnd(): void {
    this.items.end();
  }

  onError(error: PolywireError): void {
    this.items.fail(error);
  }
}

/** Sends requests as they come, no faster than the connection takes them. */
async function sendRequests(
  caller: Caller,
  requests: Requests,
  options: CallOptions,
  sink: OutgoingSink,
  onBegin: (call: StartedCall) => void,
): Promise<void> {
  const { service, method } = caller;
  const { outgoing } = caller.target();
  const ready = outgoing.ready?.(options);
  if (ready !== undefined) await ready;
  let call: StartedCall | undefined;
  const begin = (request: unknown, more: boolean): StartedCall => {
    const begun = outgoing.begin(service, method, request, more, options, sink);
    onBegin(begun);
    return begun;
  };
  try {
    for await (const request of requests) {
      if (call === undefined) call = begin(request ?? {}, true);
      else call.sendItem(request ?? {});
      const room = call.room();
      if (room !== undefined) await room;
      if (call.ended) return;
    }
    if (call === undefined) begin(undefined, false);
    else call.endRequests();
  } catch (thrown) {
    call?.cancel(PolywireError.from(thrown));
    throw thrown;
  }
}

function withTimeout(caller: Caller, call: CallOptions | undefined): CallOptions {
  const { timeoutMs } = caller.options;
  if (timeoutMs === 0 || call?.timeoutMs !== undefined) return call ?? {};
  return { ...call, timeoutMs };
}
