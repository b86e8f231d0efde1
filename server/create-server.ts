import { AdminService } from '@polywire/protocol/polywire.admin.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { SessionService } from '@polywire/protocol/polywire.session.v1';
import { type Clock, PolywireError, ServiceRegistry } from '@polywire/sdk/core';
import type { Authority } from './auth/authority.js';
import { guardCalls } from './auth/guard-calls.js';
import type { Authenticate } from './auth/identity.js';
import { isAuthOn } from './auth/is-auth-on.js';
import { FanoutHub } from './bus/fanout-hub.js';
import { systemClock } from './clock.js';
import { checkAuth } from './config/check-auth.js';
import { completeAuth } from './config/complete-config.js';
import { defaultConfig } from './config/defaults.js';
import type {
  AuthInput,
  KvWireConfig,
  LimitsConfig,
  RelayConfig,
  SessionConfig,
  TextStoreConfig,
  TopicsConfig,
} from './config/server-config.js';
import { createDialects } from './create-dialects.js';
import { createRelay, type Relay, refuseFaultyRelay } from './create-relay.js';
import type { BanioOptions } from './dialects/banio/banio.js';
import { BanioHub } from './dialects/banio/banio-hub.js';
import type { Dialect } from './dialects/dialect.js';
import type { MsgTransOptions } from './dialects/msgtrans/msgtrans.js';
import { MsgTransHub } from './dialects/msgtrans/msgtrans-hub.js';
import { sessionHandler } from './dialects/native/session-handler.js';
import { healthReply } from './health.js';
import type { ListenerSpec } from './listeners.js';
import { createLogger, type Logger } from './log.js';
import { Counters } from './metrics/counters.js';
import { type OpenListener, openListeners, refuseOpenAddresses } from './open-listeners.js';
import type { ServedService } from './serve.js';
import { PolywireServer } from './server.js';
import { readStats, type StatsParts } from './server-stats.js';
import { adminHandler } from './services/admin.js';
import { spaceOfSession } from './services/client-data.js';
import { type OfferedServices, offerServices } from './services/offer-services.js';
import { EventStream } from './sessions/event-stream.js';
import { Heartbeats } from './sessions/heartbeats.js';
import { OnceOnlyCalls } from './sessions/once-only-calls.js';
import { ResumableSessions } from './sessions/resumable-sessions.js';
import { dataOwnerOf } from './sessions/session.js';
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
  /** Sessions of the native wire, how they survive a lost connection: what differs from the defaults. */
  readonly session?: Partial<SessionConfig>;
  /** The wire of the older KV server, on listeners of the dialect "kv": what differs from the defaults. */
  readonly kvWire?: Partial<KvWireConfig>;
  /** The STORE/READ text store: what differs from the defaults. */
  readonly textStore?: Partial<TextStoreConfig>;
  /** BanIO, on listeners of the dialect "banio": what differs from the defaults, and handlers of actions. */
  readonly banio?: BanioOptions;
  /** MsgTrans 1.x clients: what differs from the defaults, and handlers of their messages. Default: the echo sample. */
  readonly msgtrans?: MsgTransOptions;
  /** The Redis relay: what differs from the defaults. It is served when redisUrl and token are given. */
  readonly relay?: Partial<RelayConfig>;
  /** What is kept of the messages of topics: what differs from the defaults. */
  readonly topics?: Partial<TopicsConfig>;
  /** Who may connect and what they may do. Left out: everybody may do everything. */
  readonly auth?: AuthOptions;
  /** What watches may replay. Default: 10,000 changes, 8 MiB. */
  readonly history?: { readonly maxEntries: number; readonly maxBytes: number };
  /** Serves ConformanceService, which the conformance suite calls. Default: false. */
  readonly conformance?: boolean;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** Authentication is on with a token, a key of JWTs, or a check of your own. */
export type AuthOptions = AuthInput & {
  /** Asked about a token that is not in `tokens`, also an empty one, before JWTs are looked at. */
  readonly authenticate?: Authenticate;
};

/**
 * Opens the store and starts every listener.
 *
 * @throws PolywireError PORT_IN_USE, CONFIG_INVALID (an address that is not loopback without
 * `insecure`), or what the store fails to open with. Nothing is left running then.
 */
export async function createServer(options: ServerOptions): Promise<PolywireServer> {
  const clock = options.clock ?? systemClock;
  const authority = await createAuthority(options, clock);
  refuseOpenAddresses(options.listeners, authority !== undefined);
  const logger = options.logger ?? createLogger({ level: 'silent' });
  const limits: LimitsConfig = { ...defaultConfig.limits, ...options.limits };
  const kvWire: KvWireConfig = { ...defaultConfig.kvWire, ...options.kvWire };
  const textStore: TextStoreConfig = { ...defaultConfig.textStore, ...options.textStore };
  const relayConfig: RelayConfig = { ...defaultConfig.relay, ...options.relay };
  refuseFaultyRelay(relayConfig, options.listeners);
  const { historyEntries, historyBytes } = defaultConfig.store;
  const onError = (error: Error): void => logger.error(error.message, { err: error });

  const store = await (options.store ?? memory())({ clock, onError });
  const anonymousStore = await memory()({ clock, onError });
  const stores = { store, anonymousStore };
  const counting = { counters: new Counters(), events: new EventStream(), sessions: new SessionTable() };
  const host = new SessionHost({ ...counting, clock, logger, limits });
  host.onSessionEnded((session) => {
    if (dataOwnerOf(session) !== '') return;
    Promise.resolve(anonymousStore.clear(spaceOfSession(session.sessionId))).catch(onError);
  });
  const { resumeWindowMs, maxParked, heartbeatMs } = { ...defaultConfig.session, ...options.session };
  const resumable = new ResumableSessions({
    host,
    sessions: counting.sessions,
    windowMs: resumeWindowMs,
    maxParked,
  });
  const msgtrans = new MsgTransHub({
    host,
    logger,
    config: { ...defaultConfig.msgtrans, ...options.msgtrans },
    handlers: options.msgtrans ?? {},
    maxCalls: limits.maxCalls,
    maxQueuedBytes: limits.maxQueuedBytes,
  });
  const heartbeats = new Heartbeats({ clock, sessions: counting.sessions, heartbeatMs });
  const { sessions } = counting;
  const keyed = new OnceOnlyCalls({
    host,
    resumeWindowMs,
    maxCalls: limits.maxCalls,
    onRunning: (change) => {
      sessions.detachedCalls += change;
      sessions.noteIdle();
    },
  });
  const isOnlyRelay = options.listeners.every(({ dialect }) => dialect === 'relay');
  let relay: Relay | undefined;
  let services: OfferedServices | undefined;
  let banio: BanioHub | undefined;
  let open: OpenListener[] = [];
  const hub = new FanoutHub((fanoutId, bytes) => {
    for (const { listener } of open) listener.publish(fanoutId, bytes);
  }, limits);
  const registry = new ServiceRegistry(authority === undefined ? undefined : guardCalls);
  const dialects: Dialect[] = [];
  try {
    relay = await createRelay(relayConfig, { clock, logger });
    registry.add(SessionService, sessionHandler);
    services = offerServices(registry, {
      ...stores,
      hasEnded: ({ sessionId }) => sessions.get(sessionId) === undefined && !resumable.isParked(sessionId),
      hub,
      host,
      maxValueBytes: limits.maxValueBytes,
      maxLocksPerClient: limits.maxLocksPerClient,
      maxMessageBytes: Math.max(limits.maxMessageBytes, limits.maxPayloadBytes),
      history: options.history ?? { maxEntries: historyEntries, maxBytes: historyBytes },
      topics: { ...defaultConfig.topics, ...options.topics },
      resumeWindowMs,
      // Half of what may wait for a connection: the rest is for what is published meanwhile.
      maxReplayBytes: limits.maxQueuedBytes / 2,
      conformance: options.conformance ?? false,
      relay,
    });
    const counted: StatsParts = {
      ...counting,
      store,
      host,
      resumable,
      services,
      relay: relay?.feed,
      startedAtMs: clock.now(),
    };
    registry.add(AdminService, adminHandler({ sessions, stats: () => readStats(counted) }));
    for (const service of options.services ?? []) service.addTo(registry);
    if (options.listeners.some(({ dialect }) => dialect === 'banio')) {
      const { actions = {}, ...config } = options.banio ?? {};
      const { maxValueBytes, maxCalls } = limits;
      banio = new BanioHub({
        ...stores,
        host,
        logger,
        config: { ...defaultConfig.banio, ...config },
        handlers: actions,
        maxValueBytes,
        maxCalls,
      });
    }
    open = await openListeners(options.listeners, {
      limits,
      maxMsgTransBytes: msgtrans.config.maxMessageBytes,
      dialectsOf: (spec) => {
        const made = createDialects(spec, {
          host,
          resumable,
          heartbeats,
          keyed,
          registry,
          hub,
          store,
          limits,
          kvWire,
          textStore,
          banio,
          msgtrans,
          relay,
          logger,
          authority,
        });
        dialects.push(...made);
        return made;
      },
      isAuthOn: authority !== undefined,
      http: (path) => healthReply(path, { store, draining: host.draining, relay: relay?.feed, isOnlyRelay }),
      onError,
      onWarning: (text) => logger.warn(text),
      onHandshakeFailed: () => {
        counting.counters.handshakesFailed++;
      },
    });
  } catch (thrown) {
    heartbeats.stop();
    services?.close();
    relay?.feed.close();
    authority?.close();
    await store.close();
    await anonymousStore.close();
    throw thrown;
  }
  await relay?.settled;
  return new PolywireServer({
    ...stores,
    ...counting,
    authority,
    clock,
    logger,
    registry,
    host,
    resumable,
    heartbeats,
    keyed,
    dialects,
    banio,
    msgtrans,
    services,
    relay: relay?.feed,
    listeners: open.map(({ listener }) => listener),
    addresses: open.map(({ address }) => address),
    maxValueBytes: limits.maxValueBytes,
    startedAtMs: clock.now(),
  });
}

/** @throws PolywireError CONFIG_INVALID */
async function createAuthority({ auth, listeners }: ServerOptions, clock: Clock): Promise<Authority | undefined> {
  const config = completeAuth(auth);
  const authenticate = auth?.authenticate;
  const hasOwnCheck = authenticate !== undefined;
  const problems = checkAuth({ auth: config, listen: listeners, hasOwnCheck, saidListen: true }, (_, text) => text);
  if (problems.length > 0) throw new PolywireError(ErrorCode.CONFIG_INVALID, problems.join('\n'));
  if (!hasOwnCheck && !isAuthOn(config)) return undefined;
  // Loaded only where tokens are: the library that checks them has some fifty modules.
  const { Authority } = await import('./auth/authority.js');
  return new Authority({ config, authenticate, clock });
}
