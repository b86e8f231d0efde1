import { randomUUID } from 'node:crypto';
import { ByteWriter } from '@polywire/protocol/wire';
import { type BoundMethod, Deadlines, type ServiceRegistry } from '@polywire/sdk/core';
import type { PermissionSet } from '../../auth/permission-set.js';
import type { FanoutHub } from '../../bus/fanout-hub.js';
import type { KvWireConfig } from '../../config/server-config.js';
import { ByteBudget } from '../../sessions/byte-budget.js';
import type { SessionHost } from '../../sessions/session-host.js';
import type { RateLimits } from '../../sessions/session-rate.js';
import type { Connection, ConnectionHandler } from '../../transports/listener.js';
import type { Dialect } from '../dialect.js';
import { KvSession } from './kv-session.js';
import { CommandMap } from './map.js';
import { TopicPushes } from './topic-pushes.js';

const MAX_IDLE_WRITERS = 8;
/** A writer that grew beyond this for large values is not kept. */
const MAX_KEPT_BYTES = 2_097_152;

export interface KvDialectOptions {
  readonly host: SessionHost;
  readonly registry: ServiceRegistry;
  readonly hub: FanoutHub;
  readonly config: KvWireConfig;
  /** What its clients may do; undefined: everything. */
  readonly permissions: PermissionSet | undefined;
  /** Calls that a session may have running at once. */
  readonly maxCalls: number;
  /** Bytes of replies that may wait for calls that run before them. */
  readonly maxQueuedBytes: number;
  /** Undefined: its clients may ask for as much as they like. */
  readonly rateLimits?: RateLimits | undefined;
  /** A handler failed with something that is no PolywireError. */
  onHandlerFailure(thrown: unknown, bound: BoundMethod): void;
}

/** The wire of the older KV server. Everything that its sessions share is here. */
export class KvDialect implements Dialect {
  readonly name = 'kv';
  readonly host: SessionHost;
  readonly registry: ServiceRegistry;
  readonly options: KvDialectOptions;
  readonly commands: CommandMap;
  readonly pushes: TopicPushes;
  /** Of unfinished requests. */
  readonly budget: ByteBudget;
  /** Of connections that stand still. */
  readonly deadlines: Deadlines;
  readonly #writers: ByteWriter[] = [];

  constructor(options: KvDialectOptions) {
    const { host, registry, hub, config } = options;
    this.options = options;
    this.host = host;
    this.registry = registry;
    this.commands = new CommandMap(registry, config);
    this.pushes = new TopicPushes(hub);
    this.budget = new ByteBudget(config.maxBufferedBytes);
    this.deadlines = new Deadlines(host.clock);
  }

  accept(connection: Connection): ConnectionHandler {
    return new KvSession(connection, this, randomUUID());
  }

  upgrade(): undefined {
    return undefined;
  }

  close(): void {
    this.deadlines.clear();
  }

  /** Lends an empty writer for the replies of one batch: an idle connection owns no buffer. */
  takeWriter(): ByteWriter {
    return this.#writers.pop() ?? new ByteWriter(4_096);
  }

  giveWriter(writer: ByteWriter): void {
    writer.reset();
    if (writer.capacity <= MAX_KEPT_BYTES && this.#writers.length < MAX_IDLE_WRITERS) this.#writers.push(writer);
  }
}
