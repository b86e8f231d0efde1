import { Buffer } from 'node:buffer';
import { CmdRequestCodec, type CmdRequestInit, CmdResponseCodec } from '@polywire/protocol/legacy.kv.v1';
import { KvService, type KvServiceHandler, type SetRequest } from '@polywire/protocol/polywire.kv.v1';
import { ByteWriter, decode } from '@polywire/protocol/wire';
import { type PolywireError, ServiceRegistry } from '@polywire/sdk/core';
import { FakeClock } from '@polywire/sdk/testing';
import { FanoutHub } from '../../bus/fanout-hub.js';
import { defaultConfig } from '../../config/defaults.js';
import type { KvWireConfig } from '../../config/server-config.js';
import { createLogger } from '../../log.js';
import { Counters } from '../../metrics/counters.js';
import { EventStream } from '../../sessions/event-stream.js';
import { SessionHost } from '../../sessions/session-host.js';
import { SessionTable } from '../../sessions/session-table.js';
import type { Connection, ConnectionHandler } from '../../transports/listener.js';
import { KvDialect } from './kv-dialect.js';

/** A connection whose other end is the test. */
export class FakeConnection {
  readonly transport = 'tcp';
  readonly remoteAddress = '127.0.0.1:5000';
  readonly peerCertificate = undefined;
  queuedBytes = 0;
  /** What `send` answers. */
  hasRoom = true;
  isPaused = false;
  readonly writes: Uint8Array[] = [];
  readonly closes: { code: number; reason: string }[] = [];

  send(bytes: Uint8Array): boolean {
    this.writes.push(bytes.slice());
    return this.hasRoom;
  }

  sendText(): boolean {
    return this.hasRoom;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  join(): void {}
  leave(): void {}

  close(code: number, reason: string): void {
    this.closes.push({ code, reason });
  }

  terminate(): void {}

  /** Replies of all writes since the last call, as `status message value`. */
  takeReplies(): string[] {
    const stream = Buffer.concat(this.writes.splice(0));
    const lines: string[] = [];
    for (let at = 0; at < stream.length; ) {
      const end = at + 4 + stream.readUInt32BE(at);
      const { status, message, value } = decode(CmdResponseCodec, stream.subarray(at + 4, end));
      lines.push(`${status} ${message} ${Buffer.from(value)}`.trimEnd());
      at = end;
    }
    return lines;
  }
}

export interface KvStage {
  readonly connection: FakeConnection;
  readonly session: ConnectionHandler & { readonly runningCalls: number };
  readonly dialect: KvDialect;
  readonly host: SessionHost;
  readonly hub: FanoutHub;
  readonly registry: ServiceRegistry;
  readonly clock: FakeClock;
  readonly failures: PolywireError[];
  connect(): { connection: FakeConnection; session: ConnectionHandler };
}

/** A dialect in front of a service of the test's own. */
export function stageOf(
  handler: Partial<KvServiceHandler>,
  config: Partial<KvWireConfig> = {},
  limits: { maxCalls?: number; maxQueuedBytes?: number } = {},
): KvStage {
  const clock = new FakeClock();
  const sessions = new SessionTable();
  const host = new SessionHost({
    clock,
    logger: createLogger({ level: 'silent' }),
    sessions,
    events: new EventStream(),
    counters: new Counters(),
    limits: defaultConfig.limits,
  });
  const failures: PolywireError[] = [];
  const { failed } = host;
  host.failed = (session, error) => {
    failures.push(error);
    failed.call(host, session, error);
  };
  const hub = new FanoutHub(() => {});
  const registry = new ServiceRegistry();
  registry.add(KvService, handler, { borrowed: true });
  const dialect = new KvDialect({
    permissions: undefined,
    host,
    registry,
    hub,
    config: { ...defaultConfig.kvWire, ...config },
    maxCalls: limits.maxCalls ?? 100,
    maxQueuedBytes: limits.maxQueuedBytes ?? 1_000_000,
    onHandlerFailure: () => {},
  });
  const connect = () => {
    const connection = new FakeConnection();
    return { connection, session: dialect.accept(connection as Connection) as KvStage['session'] };
  };
  return { ...connect(), dialect, host, hub, registry, clock, failures, connect };
}

export function frameOf(request: CmdRequestInit): Uint8Array {
  const writer = new ByteWriter();
  writer.reserve(4);
  CmdRequestCodec.write(request, writer);
  writer.dataView.setUint32(0, writer.pos - 4);
  return writer.copy();
}

export const get = (key: string): Uint8Array => frameOf({ reqData: { $case: 'get', value: { key } } });

export const set = (key: string, value: string, expire = 1000): Uint8Array =>
  frameOf({ reqData: { $case: 'set', value: { key, value: Buffer.from(value), expire } } });

export const batch = (...frames: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(frames));

/** Lets everything that is ready run. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A set that runs. */
export interface PendingSet {
  readonly key: string;
  readonly value: string;
  resolve(): void;
  reject(error: Error): void;
}

/** A service whose sets end when the test says so. */
export function slowSets() {
  const pending: PendingSet[] = [];
  const log: string[] = [];
  return {
    pending,
    log,
    handler: {
      get: ({ key }: { key: string }) => {
        log.push(`get ${key}`);
        return { found: true, value: Buffer.from(`value of ${key}`) };
      },
      set: ({ key, value }: SetRequest) => {
        log.push(`set ${key}`);
        return new Promise<object>((resolve, reject) => {
          pending.push({ key, value: Buffer.from(value).toString(), resolve: () => resolve({}), reject });
        });
      },
    },
  };
}

/** A service that answers at once. */
export const instant = {
  get: ({ key }: { key: string }) => (key === 'none' ? { found: false } : { found: true, value: Buffer.from(key) }),
  set: () => ({}),
};
