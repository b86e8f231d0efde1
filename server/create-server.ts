import { SessionService } from '@polywire/protocol/polywire.session.v1';
import { type Clock, ServiceRegistry } from '@polywire/sdk/core';
import { FanoutHub } from './bus/fanout-hub.js';
import { systemClock } from './clock.js';
import { defaultConfig } from './config/defaults.js';
import type { LimitsConfig } from './config/server-config.js';
import { createDialects } from './create-dialects.js';
import type { Dialect } from './dialects/dialect.js';
import { sessionHandler } from './dialects/native/session-handler.js';
import { healthReply } from './health.js';
import type { ListenerSpec } from './listeners.js';
import { createLogger, type Logger } from './log.js';
import { Counters } from './metrics/counters.js';
import { type OpenListener, openListeners, refuseOpenAddresses } from './open-listeners.js';
import type { ServedService } from './serve.js';
import { PolywireServer } from './server.js';
import { spaceOfSession } from './services/client-data.js';
import { offerServices } from './services/offer-services.js';
import { EventStream } from './sessions/event-stream.js';
import { SessionHost } from './sessions/session-host.js';
import { SessionTable } from './sessions/session-table.js';
import { memory } from './stores/memory.js';
import type { StoreFactory } from './stores/store-factory.js';

export interface ServerOptions {
  /** Made by `ws()` and `tcp()`. */
  readonly listeners: readonly ListenerSpec[];
  /** Made by `memory()` or `lmdb({ path })`. Default: memory. */
  readonly store?: StoreFactory;
  /** Services of your own, made by `serve()`, beside ClientDataService and KvService. */
  readonly services?: readonly ServedService[];
  /** What differs from the defaults in `config/defaults.ts`. */
  readonly limits?: Partial<LimitsConfig>;
  /** What watches may replay. Default: 10,000 changes, 8 MiB. */
  readonly history?: { readonly maxEntries: number; readonly maxBytes: number };
  /** Serves ConformanceService, which the conformance suite calls. Default: false. */
  readonly conformance?: boolean;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/**
 * Opens the store and starts every listener.
 *
 * @throws PolywireError PORT_IN_USE, CONFIG_INVALID (an address that is not loopback without
 * `insecure`), or what the store fails to open with. Nothing is left running then.
 */
export async function createServer(options: ServerOptions): Promise<PolywireServer> {
  refuseOpenAddresses(options.listeners);
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? createLogger({ level: 'silent' });
  const limits: LimitsConfig = { ...defaultConfig.limits, ...options.limits };
  const { historyEntries, historyBytes } = defaultConfig.store;
  const onError = (error: Error): void => logger.error(error.message, { err: error });

  const store = await (options.store ?? memory())({ clock, onError });
  const anonymousStore = await memory()({ clock, onError });
  const stores = { store, anonymousStore };
  const counting = { counters: new Counters(), events: new EventStream(), sessions: new SessionTable() };
  const host = new SessionHost({
    ...counting,
    clock,
    logger,
    onClosed: ({ clientId, sessionId }) => {
      if (clientId === '') Promise.resolve(anonymousStore.clear(spaceOfSession(sessionId))).catch(onError);
    },
  });
  let open: OpenListener[] = [];
  const hub = new FanoutHub((fanoutId, bytes) => {
    for (const { listener } of open) listener.publish(fanoutId, bytes);
  });
  const registry = new ServiceRegistry();
  const dialects: Dialect[] = [];
  try {
    registry.add(SessionService, sessionHandler);
    offerServices(registry, {
      ...stores,
      hub,
      clock,
      maxValueBytes: limits.maxValueBytes,
      history: options.history ?? { maxEntries: historyEntries, maxBytes: historyBytes },
      conformance: options.conformance ?? false,
    });
    for (const service of options.services ?? []) service.addTo(registry);
    open = await openListeners(options.listeners, {
      limits,
      dialectsOf: (spec) => {
        const made = createDialects(spec, { host, registry, hub, store, limits, logger });
        dialects.push(...made);
        return made;
      },
      http: (path) => healthReply(path, store, host.draining),
      onError,
      onWarning: (text) => logger.warn(text),
    });
  } catch (thrown) {
    await store.close();
    await anonymousStore.close();
    throw thrown;
  }
  return new PolywireServer({
    ...stores,
    ...counting,
    clock,
    logger,
    registry,
    host,
    dialects,
    listeners: open.map(({ listener }) => listener),
    addresses: open.map(({ address }) => address),
    maxValueBytes: limits.maxValueBytes,
    startedAtMs: clock.now(),
  });
}
