import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { schemaHash } from '@polywire/protocol/schema-hash';
import { PolywireError, type ServiceRegistry } from '@polywire/sdk/core';
import type { FanoutHub } from './bus/fanout-hub.js';
import type { LimitsConfig } from './config/server-config.js';
import type { Dialect } from './dialects/dialect.js';
import { NativeDialect } from './dialects/native/native-dialect.js';
import type { ListenerSpec } from './listeners.js';
import type { Logger } from './log.js';
import type { SessionHost } from './sessions/session-host.js';
import type { Store } from './stores/store.js';
import { agent } from './version.js';

/** Bytes of stream items that may wait for a handler. */
const MAX_STREAM_BYTES = 4_194_304;
const MAX_KEY_BYTES = 1_024;

/** What dialects are made of. */
export interface DialectParts {
  readonly host: SessionHost;
  readonly registry: ServiceRegistry;
  readonly hub: FanoutHub;
  readonly store: Store;
  readonly limits: LimitsConfig;
  readonly logger: Logger;
}

/** The dialects that a listener speaks, in the order in which they are asked for a path. */
export function createDialects(spec: ListenerSpec, parts: DialectParts): Dialect[] {
  switch (spec.dialect) {
    case 'native':
      return [createNative(spec.transport === 'ws' ? spec.path : '', parts)];
    default:
      throw new PolywireError(
        ErrorCode.CONFIG_INVALID,
        `the dialect ${spec.dialect} is not served over ${spec.transport}`,
      );
  }
}

function createNative(path: string, parts: DialectParts): NativeDialect {
  const { host, registry, hub, store, limits, logger } = parts;
  return new NativeDialect({
    host,
    path,
    helloTimeoutMs: limits.helloTimeoutMs,
    engineOptions: {
      clock: host.clock,
      registry,
      defer: queueMicrotask,
      maxPayloadBytes: limits.maxPayloadBytes,
      maxSendPayloadBytes: limits.maxPayloadBytes,
      maxStreamBytes: MAX_STREAM_BYTES,
      maxCalls: limits.maxCalls,
      onHandlerFailure: (thrown, bound) => {
        host.counters.errors++;
        logger.error(`${bound.service.typeName}.${bound.method.name} failed unexpectedly`, { err: thrown });
      },
    },
    welcome: () => ({
      limits: { ...limits, maxKeyBytes: MAX_KEY_BYTES },
      schemaHash,
      ackLevel: store.level,
      agent,
      serviceIds: registry.serviceIds,
    }),
    beforeJoin: (fanoutId) => hub.flush(fanoutId),
  });
}
