import { SessionService } from '@polywire/protocol/polywire.session.v1';
import { schemaHash } from '@polywire/protocol/schema-hash';
import { type Clock, ServiceRegistry } from '@polywire/sdk/core';
import { FanoutHub } from './bus/fanout-hub.js';
import { systemClock } from './clock.js';
import { defaultConfig } from './config/defaults.js';
import type { LimitsConfig } from './config/server-config.js';
import { NativeDialect, type NativeDialectOptions } from './dialects/native/native-dialect.js';
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
import { SessionTable } from './sessions/session-table.js';
import { memory } from './stores/memory.js';
import type { StoreFactory } from './stores/store-factory.js';
import { agent } from './version.js';

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

/** Bytes of stream items that may wait for a handler. */
const MAX_STREAM_BYTES = 4_194_304;
const MAX_KEY_BYTES = 1_024;

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
  let open: OpenListener[] = [];
  const hub = new FanoutHub((fanoutId, bytes) => {
    for (const { listener } of open) listener.publish(fanoutId, bytes);
  });
  const registry = new ServiceRegistry();
  const parts = {
    clock,
    logger,
    registry,
    counters: new Counters(),
    events: new EventStream(),
    sessions: new SessionTable(),
  };
  const native = new NativeDialect({
    ...parts,
    helloTimeoutMs: limits.helloTimeoutMs,
    engineOptions: engineOptions(parts, limits),
    welcome: () => ({
      limits: { ...limits, maxKeyBytes: MAX_KEY_BYTES },
      schemaHash,
      ackLevel: store.level,
      agent,
      serviceIds: registry.serviceIds,
    }),
    beforeJoin: (fanoutId) => hub.flush(fanoutId),
    onClosed: (session) => {
      if (session.clientId === '')
        Promise.resolve(anonymousStore.clear(spaceOfSession(session.sessionId))).catch(onError);
    },
    onFailure: (session, error) =>
      logger.warn(error.message, { code: error.codeName, session: session.sessionId, remote: session.remoteAddress }),
  });
  try {
    registry.add(SessionService, sessionHandler);
    offerServices(registry, {
      store,
      anonymousStore,
      hub,
      clock,
      maxValueBytes: limits.maxValueBytes,
      history: options.history ?? { maxEntries: historyEntries, maxBytes: historyBytes },
      conformance: options.conformance ?? false,
    });
    for (const service of options.services ?? []) service.addTo(registry);
    open = await openListeners(options.listeners, {
      native,
      limits,
      http: (path) => healthReply(path, store, native.draining),
      onError,
      onWarning: (text) => logger.warn(text),
    });
  } catch (thrown) {
    await store.close();
    await anonymousStore.close();
    throw thrown;
  }
  return new PolywireServer({
    ...parts,
    native,
    store,
    anonymousStore,
    listeners: open.map(({ listener }) => listener),
    addresses: open.map(({ address }) => address),
    maxValueBytes: limits.maxValueBytes,
    startedAtMs: clock.now(),
  });
}

interface EngineParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: ServiceRegistry;
  readonly counters: Counters;
}

function engineOptions(parts: EngineParts, limits: LimitsConfig): NativeDialectOptions['engineOptions'] {
  const { clock, logger, registry, counters } = parts;
  return {
    clock,
    registry,
    defer: queueMicrotask,
    maxPayloadBytes: limits.maxPayloadBytes,
    maxSendPayloadBytes: limits.maxPayloadBytes,
    maxStreamBytes: MAX_STREAM_BYTES,
    maxCalls: limits.maxCalls,
    onHandlerFailure: (thrown, bound) => {
      counters.errors++;
      logger.error(`${bound.service.typeName}.${bound.method.name} failed unexpectedly`, { err: thrown });
    },
  };
}
