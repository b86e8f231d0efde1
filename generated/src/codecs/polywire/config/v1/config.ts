import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type Config, type Listen, type Store, type Limits, type Log, type Drain, type Conformance } from '../../../../messages/polywire/config/v1/config.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface ConfigInit {
  readonly listen?: readonly ListenInit[] | undefined;
  readonly store?: StoreInit | undefined;
  readonly limits?: LimitsInit | undefined;
  readonly log?: LogInit | undefined;
  readonly drain?: DrainInit | undefined;
  readonly conformance?: ConformanceInit | undefined;
}
export const ConfigCodec: MessageCodec<Config, ConfigInit> = {
  typeName: 'polywire.config.v1.Config',
  borrows: false,
  write(m: ConfigInit, w: ByteWriter): void {
    if (m.listen !== undefined) for (const x of m.listen) { w.uint32(10); const k = w.fork(); ListenCodec.write(x, w); w.join(k); }
    if (m.store !== undefined) { w.uint32(18); const k = w.fork(); StoreCodec.write(m.store, w); w.join(k); }
    if (m.limits !== undefined) { w.uint32(26); const k = w.fork(); LimitsCodec.write(m.limits, w); w.join(k); }
    if (m.log !== undefined) { w.uint32(34); const k = w.fork(); LogCodec.write(m.log, w); w.join(k); }
    if (m.drain !== undefined) { w.uint32(42); const k = w.fork(); DrainCodec.write(m.drain, w); w.join(k); }
    if (m.conformance !== undefined) { w.uint32(50); const k = w.fork(); ConformanceCodec.write(m.conformance, w); w.join(k); }
  },
  read(r: ByteReader, into?: Config): Config {
    const m: Config = into ?? { listen: [], store: undefined, limits: undefined, log: undefined, drain: undefined, conformance: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.listen.push(r.message(ListenCodec)); break;
      case 18: m.store = r.message(StoreCodec, m.store); break;
      case 26: m.limits = r.message(LimitsCodec, m.limits); break;
      case 34: m.log = r.message(LogCodec, m.log); break;
      case 42: m.drain = r.message(DrainCodec, m.drain); break;
      case 50: m.conformance = r.message(ConformanceCodec, m.conformance); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Config): void {
    for (const x of m.listen) ListenCodec.check?.(x);
    if (m.listen.length > 64) throw new WireError('invalid-field', 'listen has too many items; the limit is 64 (polywire.config.v1.Config.listen)', 'polywire.config.v1.Config.listen');
    if (m.store !== undefined) StoreCodec.check?.(m.store);
    if (m.limits !== undefined) LimitsCodec.check?.(m.limits);
    if (m.log !== undefined) LogCodec.check?.(m.log);
    if (m.drain !== undefined) DrainCodec.check?.(m.drain);
    if (m.conformance !== undefined) ConformanceCodec.check?.(m.conformance);
  },
};

export interface ListenInit {
  readonly transport?: Listen['transport'] | undefined;
  readonly host?: Listen['host'] | undefined;
  readonly port?: Listen['port'] | undefined;
  readonly path?: Listen['path'] | undefined;
  readonly insecure?: Listen['insecure'] | undefined;
}
export const ListenCodec: MessageCodec<Listen, ListenInit> = {
  typeName: 'polywire.config.v1.Listen',
  borrows: false,
  write(m: ListenInit, w: ByteWriter): void {
    if (m.transport !== undefined && m.transport.length > 0) { w.uint32(10); w.string(m.transport as never); }
    if (m.host !== undefined) { w.uint32(18); w.string(m.host as never); }
    if (m.port !== undefined) { w.uint32(24); w.uint32(m.port as never); }
    if (m.path !== undefined) { w.uint32(34); w.string(m.path as never); }
    if (m.insecure !== undefined) { w.uint32(40); w.bool(m.insecure as never); }
  },
  read(r: ByteReader, into?: Listen): Listen {
    const m: Listen = into ?? { transport: '', host: undefined, port: undefined, path: undefined, insecure: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.transport = r.string() as never; break;
      case 18: m.host = r.string() as never; break;
      case 24: m.port = r.uint32() as never; break;
      case 34: m.path = r.string() as never; break;
      case 40: m.insecure = r.bool() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Listen): void {
    if (!new RegExp("^(ws|tcp)$").test(m.transport)) throw new WireError('invalid-field', 'transport does not match (polywire.config.v1.Listen.transport)', 'polywire.config.v1.Listen.transport');
    if (m.host !== undefined && m.host.length * 3 > 255 && utf8Length(m.host) > 255) throw new WireError('invalid-field', 'host is too long; the limit is 255 (polywire.config.v1.Listen.host)', 'polywire.config.v1.Listen.host', { field: 'polywire.config.v1.Listen.host', limit: '255' });
    if (m.host !== undefined && m.host.length < 1) throw new WireError('invalid-field', 'host is too short (polywire.config.v1.Listen.host)', 'polywire.config.v1.Listen.host');
    if (m.port !== undefined && (m.port < 0 || m.port > 65535)) throw new WireError('invalid-field', 'port is out of range (polywire.config.v1.Listen.port)', 'polywire.config.v1.Listen.port');
    if (m.path !== undefined && m.path.length * 3 > 255 && utf8Length(m.path) > 255) throw new WireError('invalid-field', 'path is too long; the limit is 255 (polywire.config.v1.Listen.path)', 'polywire.config.v1.Listen.path', { field: 'polywire.config.v1.Listen.path', limit: '255' });
    if (m.path !== undefined && !new RegExp("^/[A-Za-z0-9._~/-]*$").test(m.path)) throw new WireError('invalid-field', 'path does not match (polywire.config.v1.Listen.path)', 'polywire.config.v1.Listen.path');
  },
};

export interface StoreInit {
  readonly kind?: Store['kind'] | undefined;
  readonly path?: Store['path'] | undefined;
  readonly historyEntries?: Store['historyEntries'] | undefined;
  readonly historyBytes?: Store['historyBytes'] | undefined;
}
export const StoreCodec: MessageCodec<Store, StoreInit> = {
  typeName: 'polywire.config.v1.Store',
  borrows: false,
  write(m: StoreInit, w: ByteWriter): void {
    if (m.kind !== undefined) { w.uint32(10); w.string(m.kind as never); }
    if (m.path !== undefined) { w.uint32(18); w.string(m.path as never); }
    if (m.historyEntries !== undefined) { w.uint32(24); w.uint32(m.historyEntries as never); }
    if (m.historyBytes !== undefined) { w.uint32(32); w.int64Number(m.historyBytes as never); }
  },
  read(r: ByteReader, into?: Store): Store {
    const m: Store = into ?? { kind: undefined, path: undefined, historyEntries: undefined, historyBytes: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.kind = r.string() as never; break;
      case 18: m.path = r.string() as never; break;
      case 24: m.historyEntries = r.uint32() as never; break;
      case 32: m.historyBytes = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Store): void {
    if (m.kind !== undefined && !new RegExp("^(memory|lmdb)$").test(m.kind)) throw new WireError('invalid-field', 'kind does not match (polywire.config.v1.Store.kind)', 'polywire.config.v1.Store.kind');
    if (m.path !== undefined && m.path.length * 3 > 4096 && utf8Length(m.path) > 4096) throw new WireError('invalid-field', 'path is too long; the limit is 4096 (polywire.config.v1.Store.path)', 'polywire.config.v1.Store.path', { field: 'polywire.config.v1.Store.path', limit: '4096' });
    if (m.path !== undefined && m.path.length < 1) throw new WireError('invalid-field', 'path is too short (polywire.config.v1.Store.path)', 'polywire.config.v1.Store.path');
    if (m.historyEntries !== undefined && (m.historyEntries < 0 || m.historyEntries > 10000000)) throw new WireError('invalid-field', 'history_entries is out of range (polywire.config.v1.Store.history_entries)', 'polywire.config.v1.Store.history_entries');
    if (m.historyBytes !== undefined && (m.historyBytes < 0 || m.historyBytes > 17179869184)) throw new WireError('invalid-field', 'history_bytes is out of range (polywire.config.v1.Store.history_bytes)', 'polywire.config.v1.Store.history_bytes');
  },
};

export interface LimitsInit {
  readonly maxConnections?: Limits['maxConnections'] | undefined;
  readonly maxPayloadBytes?: Limits['maxPayloadBytes'] | undefined;
  readonly maxValueBytes?: Limits['maxValueBytes'] | undefined;
  readonly maxCalls?: Limits['maxCalls'] | undefined;
  readonly maxQueuedBytes?: Limits['maxQueuedBytes'] | undefined;
  readonly helloTimeoutMs?: Limits['helloTimeoutMs'] | undefined;
}
export const LimitsCodec: MessageCodec<Limits, LimitsInit> = {
  typeName: 'polywire.config.v1.Limits',
  borrows: false,
  write(m: LimitsInit, w: ByteWriter): void {
    if (m.maxConnections !== undefined) { w.uint32(8); w.uint32(m.maxConnections as never); }
    if (m.maxPayloadBytes !== undefined) { w.uint32(16); w.uint32(m.maxPayloadBytes as never); }
    if (m.maxValueBytes !== undefined) { w.uint32(24); w.uint32(m.maxValueBytes as never); }
    if (m.maxCalls !== undefined) { w.uint32(32); w.uint32(m.maxCalls as never); }
    if (m.maxQueuedBytes !== undefined) { w.uint32(40); w.uint32(m.maxQueuedBytes as never); }
    if (m.helloTimeoutMs !== undefined) { w.uint32(48); w.uint32(m.helloTimeoutMs as never); }
  },
  read(r: ByteReader, into?: Limits): Limits {
    const m: Limits = into ?? { maxConnections: undefined, maxPayloadBytes: undefined, maxValueBytes: undefined, maxCalls: undefined, maxQueuedBytes: undefined, helloTimeoutMs: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.maxConnections = r.uint32() as never; break;
      case 16: m.maxPayloadBytes = r.uint32() as never; break;
      case 24: m.maxValueBytes = r.uint32() as never; break;
      case 32: m.maxCalls = r.uint32() as never; break;
      case 40: m.maxQueuedBytes = r.uint32() as never; break;
      case 48: m.helloTimeoutMs = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Limits): void {
    if (m.maxConnections !== undefined && (m.maxConnections < 1 || m.maxConnections > 10000000)) throw new WireError('invalid-field', 'max_connections is out of range (polywire.config.v1.Limits.max_connections)', 'polywire.config.v1.Limits.max_connections');
    if (m.maxPayloadBytes !== undefined && (m.maxPayloadBytes < 1024 || m.maxPayloadBytes > 268435456)) throw new WireError('invalid-field', 'max_payload_bytes is out of range (polywire.config.v1.Limits.max_payload_bytes)', 'polywire.config.v1.Limits.max_payload_bytes');
    if (m.maxValueBytes !== undefined && (m.maxValueBytes < 1 || m.maxValueBytes > 268435456)) throw new WireError('invalid-field', 'max_value_bytes is out of range (polywire.config.v1.Limits.max_value_bytes)', 'polywire.config.v1.Limits.max_value_bytes');
    if (m.maxCalls !== undefined && (m.maxCalls < 1 || m.maxCalls > 1000000)) throw new WireError('invalid-field', 'max_calls is out of range (polywire.config.v1.Limits.max_calls)', 'polywire.config.v1.Limits.max_calls');
    if (m.maxQueuedBytes !== undefined && (m.maxQueuedBytes < 65536 || m.maxQueuedBytes > 1073741824)) throw new WireError('invalid-field', 'max_queued_bytes is out of range (polywire.config.v1.Limits.max_queued_bytes)', 'polywire.config.v1.Limits.max_queued_bytes');
    if (m.helloTimeoutMs !== undefined && (m.helloTimeoutMs < 100 || m.helloTimeoutMs > 600000)) throw new WireError('invalid-field', 'hello_timeout_ms is out of range (polywire.config.v1.Limits.hello_timeout_ms)', 'polywire.config.v1.Limits.hello_timeout_ms');
  },
};

export interface LogInit {
  readonly level?: Log['level'] | undefined;
}
export const LogCodec: MessageCodec<Log, LogInit> = {
  typeName: 'polywire.config.v1.Log',
  borrows: false,
  write(m: LogInit, w: ByteWriter): void {
    if (m.level !== undefined) { w.uint32(10); w.string(m.level as never); }
  },
  read(r: ByteReader, into?: Log): Log {
    const m: Log = into ?? { level: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.level = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Log): void {
    if (m.level !== undefined && !new RegExp("^(trace|debug|info|warn|error|fatal|silent)$").test(m.level)) throw new WireError('invalid-field', 'level does not match (polywire.config.v1.Log.level)', 'polywire.config.v1.Log.level');
  },
};

export interface DrainInit {
  readonly timeoutMs?: Drain['timeoutMs'] | undefined;
}
export const DrainCodec: MessageCodec<Drain, DrainInit> = {
  typeName: 'polywire.config.v1.Drain',
  borrows: false,
  write(m: DrainInit, w: ByteWriter): void {
    if (m.timeoutMs !== undefined) { w.uint32(8); w.uint32(m.timeoutMs as never); }
  },
  read(r: ByteReader, into?: Drain): Drain {
    const m: Drain = into ?? { timeoutMs: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.timeoutMs = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Drain): void {
    if (m.timeoutMs !== undefined && (m.timeoutMs < 0 || m.timeoutMs > 600000)) throw new WireError('invalid-field', 'timeout_ms is out of range (polywire.config.v1.Drain.timeout_ms)', 'polywire.config.v1.Drain.timeout_ms');
  },
};

export interface ConformanceInit {
  readonly enabled?: Conformance['enabled'] | undefined;
}
export const ConformanceCodec: MessageCodec<Conformance, ConformanceInit> = {
  typeName: 'polywire.config.v1.Conformance',
  borrows: false,
  write(m: ConformanceInit, w: ByteWriter): void {
    if (m.enabled !== undefined) { w.uint32(8); w.bool(m.enabled as never); }
  },
  read(r: ByteReader, into?: Conformance): Conformance {
    const m: Conformance = into ?? { enabled: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.enabled = r.bool() as never; break;
      default: r.skip(t); } }
    return m;
  },
};
