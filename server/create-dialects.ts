import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { schemaHash } from '@polywire/protocol/schema-hash';
import {
  IncomingCalls,
  type IncomingCallsOptions,
  type KeyedCalls,
  PolywireError,
  type ServiceRegistry,
} from '@polywire/sdk/core';
import type { Authority } from './auth/authority.js';
import type { PermissionSet } from './auth/permission-set.js';
import type { FanoutHub } from './bus/fanout-hub.js';
import type { KvWireConfig, LimitsConfig, TextStoreConfig } from './config/server-config.js';
import type { Relay } from './create-relay.js';
import { BanioDialect } from './dialects/banio/banio-dialect.js';
import type { BanioHub } from './dialects/banio/banio-hub.js';
import type { Dialect } from './dialects/dialect.js';
import { KvDialect } from './dialects/kv/kv-dialect.js';
import { MsgTransDialect } from './dialects/msgtrans/msgtrans-dialect.js';
import type { MsgTransHub } from './dialects/msgtrans/msgtrans-hub.js';
import { NativeDialect } from './dialects/native/native-dialect.js';
import { sharedFragments } from './dialects/native/shared-pieces.js';
import { RelayDialect } from './dialects/relay/relay-dialect.js';
import { TextDialect } from './dialects/text/text-dialect.js';
import type { ListenerSpec } from './listeners.js';
import type { Logger } from './log.js';
import type { Heartbeats } from './sessions/heartbeats.js';
import type { ResumableSessions } from './sessions/resumable-sessions.js';
import type { SessionHost } from './sessions/session-host.js';
import { hasRateLimits } from './sessions/session-rate.js';
import type { Store } from './stores/store.js';
import { agent } from './version.js';

/** Bytes of stream items that may wait for a handler. */
const MAX_STREAM_BYTES = 4_194_304;
const MAX_KEY_BYTES = 1_024;

/** What dialects are made of. */
export interface DialectParts {
  readonly host: SessionHost;
  readonly resumable: ResumableSessions;
  readonly heartbeats: Heartbeats;
  /** Runs calls that have an idempotency key. */
  readonly keyed: KeyedCalls;
  readonly registry: ServiceRegistry;
  readonly hub: FanoutHub;
  readonly store: Store;
  readonly limits: LimitsConfig;
  readonly kvWire: KvWireConfig;
  readonly textStore: TextStoreConfig;
  /** Undefined: no listener speaks BanIO. */
  readonly banio: BanioHub | undefined;
  readonly msgtrans: MsgTransHub;
  /** Undefined: there is no relay. */
  readonly relay: Relay | undefined;
  readonly logger: Logger;
  /** Undefined: nobody has to authenticate. */
  readonly authority: Authority | undefined;
}

/** The dialects that a listener speaks, in the order in which they are asked for a path. */
export function createDialects(spec: ListenerSpec, parts: DialectParts): Dialect[] {
  switch (spec.dialect) {
    case 'native':
      if (spec.transport !== 'ws') return [createNative('', spec, parts)];
      return [createNative(spec.path, spec, parts), ...createRelays(parts), createText(false, spec, parts)];
    case 'text':
      if (spec.transport !== 'ws') throw notServed(spec);
      return [createText(true, spec, parts)];
    case 'kv':
      if (spec.transport !== 'tcp') throw notServed(spec);
      return [createKv(spec, parts)];
    case 'banio':
      if (spec.transport !== 'tcp' || parts.banio === undefined) throw notServed(spec);
      return [new BanioDialect(parts.banio)];
    case 'msgtrans':
      return [new MsgTransDialect(parts.msgtrans)];
    case 'relay':
      if (spec.transport !== 'ws') throw notServed(spec);
      return createRelays(parts);
  }
}

function notServed({ dialect, transport }: ListenerSpec): PolywireError {
  return new PolywireError(ErrorCode.CONFIG_INVALID, `the dialect ${dialect} is not served over ${transport}`);
}

/** The relay, where there is one. */
function createRelays({ host, relay, limits }: DialectParts): RelayDialect[] {
  if (relay === undefined) return [];
  const { feed, token, config } = relay;
  return [new RelayDialect({ host, feed, token, config, maxQueuedBytes: limits.maxQueuedBytes })];
}

/** What the clients of a wire without tokens may do; undefined: everything. */
function permissionsOf(spec: ListenerSpec, { authority }: DialectParts): PermissionSet | undefined {
  return authority?.permissions(spec.permissions);
}

function createText(anyPath: boolean, spec: ListenerSpec, parts: DialectParts): TextDialect {
  const { host, registry, textStore: config, limits } = parts;
  const permissions = permissionsOf(spec, parts);
  const certifiesIds = spec.clientIdFrom === 'certificate';
  const maxWaitingBytes = limits.maxQueuedBytes;
  return new TextDialect({ host, registry, config, anyPath, permissions, certifiesIds, maxWaitingBytes });
}

function createKv(spec: ListenerSpec, parts: DialectParts): KvDialect {
  const { host, registry, hub, kvWire, limits, logger } = parts;
  return new KvDialect({
    permissions: permissionsOf(spec, parts),
    host,
    registry,
    hub,
    config: kvWire,
    maxCalls: limits.maxCalls,
    maxQueuedBytes: limits.maxQueuedBytes,
    rateLimits: hasRateLimits(limits) ? limits : undefined,
    onHandlerFailure: (thrown, bound) => {
      host.counters.errors++;
      logger.error(`${bound.service.typeName}.${bound.method.name} failed unexpectedly`, { err: thrown });
    },
  });
}

function createNative(path: string, spec: ListenerSpec, parts: DialectParts): NativeDialect {
  const { host, resumable, heartbeats, keyed, registry, hub, store, limits, msgtrans, logger } = parts;
  const serving: IncomingCallsOptions = {
    registry,
    keyed,
    maxCalls: limits.maxCalls,
    maxSubscriptions: limits.maxSubscriptions,
    flushFanout: (fanoutId) => hub.flush(fanoutId),
    onHandlerFailure: (thrown, bound) => {
      host.counters.errors++;
      logger.error(`${bound.service.typeName}.${bound.method.name} failed unexpectedly`, { err: thrown });
    },
  };
  const told = {
    ...limits,
    maxMessageBytes: Math.max(limits.maxMessageBytes, limits.maxPayloadBytes),
    maxKeyBytes: MAX_KEY_BYTES,
  };
  return new NativeDialect({
    host,
    resumable,
    heartbeats,
    path,
    opaque: msgtrans,
    helloTimeoutMs: limits.helloTimeoutMs,
    rateLimits: hasRateLimits(limits) ? { ...limits, maxPayloadBytes: maxBytesOnTheWay(limits) } : undefined,
    authority: parts.authority,
    withoutToken: spec.permissions,
    certifiesIds: spec.clientIdFrom === 'certificate',
    engineOptions: {
      clock: host.clock,
      fragments: sharedFragments(host.unfinished.pieces),
      serve: (link) => new IncomingCalls(link, serving),
      defer: queueMicrotask,
      maxPayloadBytes: limits.maxPayloadBytes,
      maxSendPayloadBytes: limits.maxPayloadBytes,
      maxMessageBytes: limits.maxMessageBytes,
      maxStreamBytes: MAX_STREAM_BYTES,
    },
    welcome: () => ({
      limits: told,
      schemaHash,
      ackLevel: store.level,
      agent,
      serviceIds: registry.serviceIds,
    }),
  });
}

/** What a native client may be sending when it is told that it has sent too much: of large messages two take turns. */
function maxBytesOnTheWay({ maxPayloadBytes, maxMessageBytes }: LimitsConfig): number {
  return maxMessageBytes > maxPayloadBytes ? 2 * maxMessageBytes : maxPayloadBytes;
}
