import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { SessionService } from '@polywire/protocol/polywire.session.v1';
import type { Client } from '../client/client.js';
import { type ConnectOptions, connectWith } from '../client/connect.js';
import type { Dial } from '../client/dialer.js';
import { timerClock } from '../client/timer-clock.js';
import { CallEngine, type Clock, PolywireError, ServiceRegistry } from '../core/index.js';

export interface InMemoryOptions extends ConnectOptions {
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Largest payload that the serving side accepts. Default: 1 MiB. */
  readonly maxPayloadBytes?: number;
}

const MAX_STREAM_BYTES = 4_194_304;

/**
 * A client of services that run in the same process: no socket, but the same packets, codecs,
 * checks and errors as over a real one.
 *
 * ```ts
 * const client = await connectInMemory((services) => services.add(ChatService, { send: () => ({ id: 1 }) }))
 * ```
 *
 * @param offer adds the services that the other side serves
 */
export function connectInMemory(
  offer: (services: ServiceRegistry) => void,
  options: InMemoryOptions = {},
): Promise<Client> {
  const clock = options.clock ?? timerClock;
  const maxPayloadBytes = options.maxPayloadBytes ?? 1_048_576;

  const dial: Dial = (_url, _options, handler) => {
    const registry = new ServiceRegistry();
    const peer = { sessionId: 'in-memory', clientId: options.clientId ?? '' };
    let open = true;
    const end = (error: PolywireError): void => {
      if (!open) return;
      open = false;
      engine.close(error);
      handler.onClose(error);
    };
    const later = (run: () => void): void =>
      queueMicrotask(() => {
        if (open) run();
      });
    const engine = new CallEngine({
      clock,
      registry,
      peer,
      defer: queueMicrotask,
      maxCalls: 1_024,
      maxPayloadBytes,
      maxSendPayloadBytes: maxPayloadBytes,
      maxStreamBytes: MAX_STREAM_BYTES,
      // The bytes are borrowed, and the other side sees them in a later turn.
      send: (bytes) => {
        const copy = bytes.slice();
        later(() => handler.onBytes(copy));
        return true;
      },
    });
    registry.add(SessionService, {
      hello: (request) => ({
        sessionId: peer.sessionId,
        clientId: request.clientId,
        serviceIds: registry.serviceIds,
        limits: { maxPayloadBytes },
      }),
      ping: (request) => request,
    });
    offer(registry);
    return Promise.resolve({
      framed: true,
      send: (bytes) => {
        const copy = bytes.slice();
        later(() => {
          try {
            engine.receive(copy);
          } catch (thrown) {
            end(PolywireError.from(thrown));
          }
        });
        return true;
      },
      close: () => queueMicrotask(() => end(new PolywireError(ErrorCode.CANCELLED, 'the link was closed'))),
    });
  };

  const platform = {
    dialers: { 'memory:': dial },
    clock,
    random: Math.random,
    defer: (run: () => void) => queueMicrotask(run),
  };
  return connectWith(platform, 'memory://in-memory', options);
}
