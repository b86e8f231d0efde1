import type { CallOptions, CallsDescriptor } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import type { CallTarget } from './call-target.js';

export interface CreateClientOptions {
  /** Milliseconds that a unary or client-stream call may take when its options do not say. 0: no limit. */
  readonly timeoutMs: number;
  /** Bytes of received items that may wait for a slow reader; more end the call with SLOW_CONSUMER. */
  readonly maxStreamBytes: number;
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
  const toError = PolywireError.from;
  for (const [property, method] of Object.entries(service.methods)) {
    const { stream } = method;
    const parts = { service, method, target, timeoutMs, maxStreamBytes, toError };
    client[property] = stream
      ? (input: unknown = {}, options: CallOptions = {}) => stream.call(parts, input, options)
      : (request: unknown = {}, options = defaults) =>
          new Promise((onMessage, onError) => {
            try {
              const all = options.timeoutMs === undefined ? { ...options, timeoutMs } : options;
              target().outgoing.begin(service, method, request, false, all, { onMessage, onError });
            } catch (thrown) {
              onError(toError(thrown));
            }
          });
  }
  return client as Client;
}
