import { Client } from '../client/client.js';
import { connectWith } from '../client/connect.js';
import type { ConnectOptions } from '../client/connect-options.js';
import { timerClock } from '../client/timer-clock.js';
import type { Clock, ServiceRegistry } from '../core/index.js';
import { MemoryServer } from './memory-server.js';

export interface InMemoryOptions extends ConnectOptions {
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Largest payload that the serving side accepts. Default: 1 MiB. */
  readonly maxPayloadBytes?: number;
}

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
  const { clock = timerClock, maxPayloadBytes } = options;
  const server = new MemoryServer(offer, { clock, ...(maxPayloadBytes !== undefined && { maxPayloadBytes }) });
  return connectToMemory(server, 'memory://in-memory', { ...options, clock });
}

export interface MemoryClientOptions extends InMemoryOptions {
  /** A number from 0 up to, not including, 1. Default: Math.random. */
  readonly random?: () => number;
  /** Has its argument called when the machine wakes. Default: never. */
  readonly onWake?: (wake: () => void) => () => void;
}

/** A client of a MemoryServer, or of several that share their addresses `memory://…`. */
export function connectToMemory(
  server: MemoryServer,
  addresses: string | readonly string[],
  options: MemoryClientOptions = {},
): Promise<Client> {
  const { clock = timerClock, random = Math.random, onWake } = options;
  const platform = {
    dialers: { 'memory:': server.dial },
    clock,
    random,
    defer: (run: () => void) => queueMicrotask(run),
    ...(onWake !== undefined && { onWake }),
  };
  return connectWith(Client, platform, addresses, options);
}
