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

/** The sink of a call with a stream in it, and the call once it has begun. */
interface StreamSink extends OutgoingSink {
  call: StartedCall | undefined;
}

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
  { timeoutMs, maxStreamBytes }: CreateClientOptions,
): Client {
  const client: Record<string, unknown> = {};
  const defaults: CallOptions = { timeoutMs };
  const withTimeout = (call?: CallOptions): CallOptions =>
    call === undefined ? defaults : call.timeoutMs === undefined ? { ...call, timeoutMs } : call;
  for (const [property, method] of Object.entries(service.methods)) {
    const { kind } = method;
    client[property] =
      kind === 'unary'
        ? (request: unknown = {}, call?: CallOptions) =>
            new Promise((onMessage, reject) => {
              try {
                const sink = { onMessage, onError: reject };
                target().outgoing.begin(service, method, request, false, withTimeout(call), sink);
              } catch (thrown) {
                reject(PolywireError.from(thrown));
              }
            })
        : kind === 'client-stream'
          ? (requests: AsyncIterable<unknown>, call?: CallOptions) =>
              new Promise((onMessage, reject) => {
                const sink = { onMessage, onError: reject, call: undefined };
                void run(target, service, method, requests, withTimeout(call), sink);
              })
          : (input: unknown = {}, call: CallOptions = {}) => {
              const responses = new Responses(`${service.typeName}.${method.name}`, maxStreamBytes);
              void run(target, service, method, input, call, responses);
              return responses.items;
            };
  }
  return client as Client;
}

/** Begins a call with a stream in it. Sends requests as they come, no faster than the connection takes them. */
async function run(
  target: () => CallTarget,
  service: CallsDescriptor,
  method: CallDescriptor,
  input: unknown,
  options: CallOptions,
  sink: StreamSink,
): Promise<void> {
  try {
    const { outgoing } = target();
    const begin = (request: unknown, more: boolean): StartedCall => {
      sink.call = outgoing.begin(service, method, request, more, options, sink);
      return sink.call;
    };
    if (method.kind === 'server-stream') {
      begin(input, false);
      return;
    }
    const ready = outgoing.ready?.(options);
    if (ready !== undefined) await ready;
    for await (const request of input as AsyncIterable<unknown>) {
      const { call } = sink;
      if (call === undefined) begin(request ?? {}, true);
      else call.sendItem(request ?? {});
      const room = sink.call?.room();
      if (room !== undefined) await room;
      if (sink.call?.ended === true) return;
    }
    if (sink.call === undefined) begin(undefined, false);
    else sink.call.endRequests();
  } catch (thrown) {
    const error = PolywireError.from(thrown);
    sink.call?.cancel(error);
    sink.onError(error);
  }
}

/** Responses of a call on their way to its reader. */
class Responses implements StreamSink {
  readonly items: ItemQueue<unknown>;
  readonly #name: string;
  readonly #maxBytes: number;
  call: StartedCall | undefined;

  constructor(name: string, maxBytes: number) {
    this.#name = name;
    this.#maxBytes = maxBytes;
    this.items = new ItemQueue(() => this.#cancel(ErrorCode.CANCELLED, 'the reader of the stream stopped'));
  }

  onMessage(message: unknown, bytes: number): void {
    this.items.push(message, bytes);
    if (this.items.queuedBytes <= this.#maxBytes) return;
    const text = `over ${this.#maxBytes} bytes of ${this.#name} wait to be read (maxStreamBytes)`;
    this.#cancel(ErrorCode.SLOW_CONSUMER, text);
  }

  onEnd(): void {
    this.items.end();
  }

  onError(error: PolywireError): void {
    this.items.fail(error);
  }

  #cancel(code: ErrorCode, text: string): void {
    this.call?.cancel(new PolywireError(code, text));
  }
}
