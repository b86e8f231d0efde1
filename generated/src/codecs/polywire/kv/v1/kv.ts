import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type GetRequest, type GetResponse, type SetRequest, type SetResponse, type DeleteRequest, type DeleteResponse, type IncrementRequest, type IncrementResponse, type ScanRequest, type ScanResponse, type BatchRequest, type BatchOperation, type BatchResponse, type BatchResult, type WatchRequest, type WatchResponse, type Watching, type Change, type PublishRequest, type PublishResponse, type SubscribeRequest, type SubscribeResponse, type Subscribed, type TopicMessage } from '../../../../messages/polywire/kv/v1/kv.js';
import { type EntryInit, EntryCodec } from '../../../../codecs/polywire/kv/v1/value.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface GetRequestInit {
  readonly key?: GetRequest['key'] | undefined;
}
export const GetRequestCodec: MessageCodec<GetRequest, GetRequestInit> = {
  typeName: 'polywire.kv.v1.GetRequest',
  borrows: false,
  write(m: GetRequestInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
  },
  read(r: ByteReader, into?: GetRequest): GetRequest {
    const m: GetRequest = into ?? { key: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: GetRequest): void {
    if (m.key.length * 3 > 1024 && utf8Length(m.key) > 1024) throw new WireError('key-too-long', 'key is too long; the limit is 1024 (polywire.kv.v1.GetRequest.key)', 'polywire.kv.v1.GetRequest.key', { field: 'polywire.kv.v1.GetRequest.key', limit: '1024' });
  },
};

export interface GetResponseInit {
  readonly found?: GetResponse['found'] | undefined;
  readonly value?: GetResponse['value'] | undefined;
  readonly kind?: GetResponse['kind'] | undefined;
  readonly revision?: GetResponse['revision'] | undefined;
  readonly expiresAtMs?: GetResponse['expiresAtMs'] | undefined;
}
export const GetResponseCodec: MessageCodec<GetResponse, GetResponseInit> = {
  typeName: 'polywire.kv.v1.GetResponse',
  borrows: true,
  write(m: GetResponseInit, w: ByteWriter): void {
    if (m.found) { w.uint32(8); w.bool(m.found as never); }
    if (m.value !== undefined && m.value.length > 0) { w.uint32(18); w.bytes(m.value as never); }
    if (m.kind) { w.uint32(24); w.int32(m.kind as never); }
    if (m.revision) { w.uint32(32); w.int64Number(m.revision as never); }
    if (m.expiresAtMs) { w.uint32(40); w.int64Number(m.expiresAtMs as never); }
  },
  read(r: ByteReader, into?: GetResponse): GetResponse {
    const m: GetResponse = into ?? { found: false, value: new Uint8Array(0), kind: 0, revision: 0, expiresAtMs: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.found = r.bool() as never; break;
      case 18: m.value = r.bytes() as never; break;
      case 24: m.kind = r.int32() as never; break;
      case 32: m.revision = r.uint64Number() as never; break;
      case 40: m.expiresAtMs = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface SetRequestInit {
  readonly key?: SetRequest['key'] | undefined;
  readonly value?: SetRequest['value'] | undefined;
  readonly kind?: SetRequest['kind'] | undefined;
  readonly ttlMs?: SetRequest['ttlMs'] | undefined;
  readonly ifRevision?: SetRequest['ifRevision'] | undefined;
  readonly ifAbsent?: SetRequest['ifAbsent'] | undefined;
}
export const SetRequestCodec: MessageCodec<SetRequest, SetRequestInit> = {
  typeName: 'polywire.kv.v1.SetRequest',
  borrows: true,
  write(m: SetRequestInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
    if (m.value !== undefined && m.value.length > 0) { w.uint32(18); w.bytes(m.value as never); }
    if (m.kind) { w.uint32(24); w.int32(m.kind as never); }
    if (m.ttlMs) { w.uint32(32); w.int64Number(m.ttlMs as never); }
    if (m.ifRevision !== undefined) { w.uint32(40); w.int64Number(m.ifRevision as never); }
    if (m.ifAbsent) { w.uint32(48); w.bool(m.ifAbsent as never); }
  },
  read(r: ByteReader, into?: SetRequest): SetRequest {
    const m: SetRequest = into ?? { key: '', value: new Uint8Array(0), kind: 0, ttlMs: 0, ifRevision: undefined, ifAbsent: false };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      case 18: m.value = r.bytes() as never; break;
      case 24: m.kind = r.int32() as never; break;
      case 32: m.ttlMs = r.uint64Number() as never; break;
      case 40: m.ifRevision = r.uint64Number() as never; break;
      case 48: m.ifAbsent = r.bool() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: SetRequest): void {
    if (m.key.length * 3 > 1024 && utf8Length(m.key) > 1024) throw new WireError('key-too-long', 'key is too long; the limit is 1024 (polywire.kv.v1.SetRequest.key)', 'polywire.kv.v1.SetRequest.key', { field: 'polywire.kv.v1.SetRequest.key', limit: '1024' });
    if ((m.ttlMs < 0 || m.ttlMs > 315360000000)) throw new WireError('invalid-field', 'ttl_ms is out of range (polywire.kv.v1.SetRequest.ttl_ms)', 'polywire.kv.v1.SetRequest.ttl_ms');
  },
};

export interface SetResponseInit {
  readonly revision?: SetResponse['revision'] | undefined;
  readonly level?: SetResponse['level'] | undefined;
}
export const SetResponseCodec: MessageCodec<SetResponse, SetResponseInit> = {
  typeName: 'polywire.kv.v1.SetResponse',
  borrows: false,
  write(m: SetResponseInit, w: ByteWriter): void {
    if (m.revision) { w.uint32(8); w.int64Number(m.revision as never); }
    if (m.level) { w.uint32(16); w.int32(m.level as never); }
  },
  read(r: ByteReader, into?: SetResponse): SetResponse {
    const m: SetResponse = into ?? { revision: 0, level: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.revision = r.uint64Number() as never; break;
      case 16: m.level = r.int32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface DeleteRequestInit {
  readonly key?: DeleteRequest['key'] | undefined;
  readonly ifRevision?: DeleteRequest['ifRevision'] | undefined;
}
export const DeleteRequestCodec: MessageCodec<DeleteRequest, DeleteRequestInit> = {
  typeName: 'polywire.kv.v1.DeleteRequest',
  borrows: false,
  write(m: DeleteRequestInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
    if (m.ifRevision !== undefined) { w.uint32(16); w.int64Number(m.ifRevision as never); }
  },
  read(r: ByteReader, into?: DeleteRequest): DeleteRequest {
    const m: DeleteRequest = into ?? { key: '', ifRevision: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      case 16: m.ifRevision = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: DeleteRequest): void {
    if (m.key.length * 3 > 1024 && utf8Length(m.key) > 1024) throw new WireError('key-too-long', 'key is too long; the limit is 1024 (polywire.kv.v1.DeleteRequest.key)', 'polywire.kv.v1.DeleteRequest.key', { field: 'polywire.kv.v1.DeleteRequest.key', limit: '1024' });
  },
};

export interface DeleteResponseInit {
  readonly deleted?: DeleteResponse['deleted'] | undefined;
  readonly revision?: DeleteResponse['revision'] | undefined;
  readonly level?: DeleteResponse['level'] | undefined;
}
export const DeleteResponseCodec: MessageCodec<DeleteResponse, DeleteResponseInit> = {
  typeName: 'polywire.kv.v1.DeleteResponse',
  borrows: false,
  write(m: DeleteResponseInit, w: ByteWriter): void {
    if (m.deleted) { w.uint32(8); w.bool(m.deleted as never); }
    if (m.revision) { w.uint32(16); w.int64Number(m.revision as never); }
    if (m.level) { w.uint32(24); w.int32(m.level as never); }
  },
  read(r: ByteReader, into?: DeleteResponse): DeleteResponse {
    const m: DeleteResponse = into ?? { deleted: false, revision: 0, level: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.deleted = r.bool() as never; break;
      case 16: m.revision = r.uint64Number() as never; break;
      case 24: m.level = r.int32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface IncrementRequestInit {
  readonly key?: IncrementRequest['key'] | undefined;
  readonly delta?: IncrementRequest['delta'] | undefined;
}
export const IncrementRequestCodec: MessageCodec<IncrementRequest, IncrementRequestInit> = {
  typeName: 'polywire.kv.v1.IncrementRequest',
  borrows: false,
  write(m: IncrementRequestInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
    if (m.delta) { w.uint32(16); w.sint64(m.delta as never); }
  },
  read(r: ByteReader, into?: IncrementRequest): IncrementRequest {
    const m: IncrementRequest = into ?? { key: '', delta: 0n };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      case 16: m.delta = r.sint64() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: IncrementRequest): void {
    if (m.key.length * 3 > 1024 && utf8Length(m.key) > 1024) throw new WireError('key-too-long', 'key is too long; the limit is 1024 (polywire.kv.v1.IncrementRequest.key)', 'polywire.kv.v1.IncrementRequest.key', { field: 'polywire.kv.v1.IncrementRequest.key', limit: '1024' });
  },
};

export interface IncrementResponseInit {
  readonly value?: IncrementResponse['value'] | undefined;
  readonly revision?: IncrementResponse['revision'] | undefined;
  readonly level?: IncrementResponse['level'] | undefined;
}
export const IncrementResponseCodec: MessageCodec<IncrementResponse, IncrementResponseInit> = {
  typeName: 'polywire.kv.v1.IncrementResponse',
  borrows: false,
  write(m: IncrementResponseInit, w: ByteWriter): void {
    if (m.value) { w.uint32(8); w.sint64(m.value as never); }
    if (m.revision) { w.uint32(16); w.int64Number(m.revision as never); }
    if (m.level) { w.uint32(24); w.int32(m.level as never); }
  },
  read(r: ByteReader, into?: IncrementResponse): IncrementResponse {
    const m: IncrementResponse = into ?? { value: 0n, revision: 0, level: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.value = r.sint64() as never; break;
      case 16: m.revision = r.uint64Number() as never; break;
      case 24: m.level = r.int32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface ScanRequestInit {
  readonly prefix?: ScanRequest['prefix'] | undefined;
  readonly limit?: ScanRequest['limit'] | undefined;
  readonly cursor?: ScanRequest['cursor'] | undefined;
  readonly keysOnly?: ScanRequest['keysOnly'] | undefined;
}
export const ScanRequestCodec: MessageCodec<ScanRequest, ScanRequestInit> = {
  typeName: 'polywire.kv.v1.ScanRequest',
  borrows: true,
  write(m: ScanRequestInit, w: ByteWriter): void {
    if (m.prefix !== undefined && m.prefix.length > 0) { w.uint32(10); w.string(m.prefix as never); }
    if (m.limit) { w.uint32(16); w.uint32(m.limit as never); }
    if (m.cursor !== undefined && m.cursor.length > 0) { w.uint32(26); w.bytes(m.cursor as never); }
    if (m.keysOnly) { w.uint32(32); w.bool(m.keysOnly as never); }
  },
  read(r: ByteReader, into?: ScanRequest): ScanRequest {
    const m: ScanRequest = into ?? { prefix: '', limit: 0, cursor: new Uint8Array(0), keysOnly: false };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.prefix = r.string() as never; break;
      case 16: m.limit = r.uint32() as never; break;
      case 26: m.cursor = r.bytes() as never; break;
      case 32: m.keysOnly = r.bool() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: ScanRequest): void {
    if (m.prefix.length * 3 > 1024 && utf8Length(m.prefix) > 1024) throw new WireError('invalid-field', 'prefix is too long; the limit is 1024 (polywire.kv.v1.ScanRequest.prefix)', 'polywire.kv.v1.ScanRequest.prefix', { field: 'polywire.kv.v1.ScanRequest.prefix', limit: '1024' });
    if ((m.limit < 0 || m.limit > 1000)) throw new WireError('invalid-field', 'limit is out of range (polywire.kv.v1.ScanRequest.limit)', 'polywire.kv.v1.ScanRequest.limit');
    if (m.cursor.length > 2048) throw new WireError('invalid-field', 'cursor is too long; the limit is 2048 (polywire.kv.v1.ScanRequest.cursor)', 'polywire.kv.v1.ScanRequest.cursor', { field: 'polywire.kv.v1.ScanRequest.cursor', limit: '2048' });
  },
};

export interface ScanResponseInit {
  readonly entries?: readonly EntryInit[] | undefined;
  readonly cursor?: ScanResponse['cursor'] | undefined;
}
export const ScanResponseCodec: MessageCodec<ScanResponse, ScanResponseInit> = {
  typeName: 'polywire.kv.v1.ScanResponse',
  borrows: true,
  write(m: ScanResponseInit, w: ByteWriter): void {
    if (m.entries !== undefined) for (const x of m.entries) { w.uint32(10); const k = w.fork(); EntryCodec.write(x, w); w.join(k); }
    if (m.cursor !== undefined && m.cursor.length > 0) { w.uint32(18); w.bytes(m.cursor as never); }
  },
  read(r: ByteReader, into?: ScanResponse): ScanResponse {
    const m: ScanResponse = into ?? { entries: [], cursor: new Uint8Array(0) };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.entries.push(r.message(EntryCodec)); break;
      case 18: m.cursor = r.bytes() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: ScanResponse): void {
    for (const x of m.entries) EntryCodec.check?.(x);
  },
};

export interface BatchRequestInit {
  readonly operations?: readonly BatchOperationInit[] | undefined;
}
export const BatchRequestCodec: MessageCodec<BatchRequest, BatchRequestInit> = {
  typeName: 'polywire.kv.v1.BatchRequest',
  borrows: true,
  write(m: BatchRequestInit, w: ByteWriter): void {
    if (m.operations !== undefined) for (const x of m.operations) { w.uint32(10); const k = w.fork(); BatchOperationCodec.write(x, w); w.join(k); }
  },
  read(r: ByteReader, into?: BatchRequest): BatchRequest {
    const m: BatchRequest = into ?? { operations: [] };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.operations.push(r.message(BatchOperationCodec)); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: BatchRequest): void {
    for (const x of m.operations) BatchOperationCodec.check?.(x);
    if (m.operations.length < 1) throw new WireError('invalid-field', 'operations needs at least 1 items (polywire.kv.v1.BatchRequest.operations)', 'polywire.kv.v1.BatchRequest.operations');
    if (m.operations.length > 128) throw new WireError('invalid-field', 'operations has too many items; the limit is 128 (polywire.kv.v1.BatchRequest.operations)', 'polywire.kv.v1.BatchRequest.operations');
  },
};

export interface BatchOperationInit {
  readonly operation?: { readonly $case: 'set'; readonly value: SetRequestInit } | { readonly $case: 'delete'; readonly value: DeleteRequestInit } | { readonly $case: 'increment'; readonly value: IncrementRequestInit } | undefined;
}
export const BatchOperationCodec: MessageCodec<BatchOperation, BatchOperationInit> = {
  typeName: 'polywire.kv.v1.BatchOperation',
  borrows: true,
  write(m: BatchOperationInit, w: ByteWriter): void {
    if (m.operation !== undefined) switch (m.operation.$case) {
    case 'set': { w.uint32(10); const k = w.fork(); SetRequestCodec.write(m.operation.value, w); w.join(k); break; }
    case 'delete': { w.uint32(18); const k = w.fork(); DeleteRequestCodec.write(m.operation.value, w); w.join(k); break; }
    case 'increment': { w.uint32(26); const k = w.fork(); IncrementRequestCodec.write(m.operation.value, w); w.join(k); break; }
    }
  },
  read(r: ByteReader, into?: BatchOperation): BatchOperation {
    const m: BatchOperation = into ?? { operation: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.operation = { $case: 'set', value: r.message(SetRequestCodec, m.operation?.$case === 'set' ? m.operation.value : undefined) } as any; break;
      case 18: m.operation = { $case: 'delete', value: r.message(DeleteRequestCodec, m.operation?.$case === 'delete' ? m.operation.value : undefined) } as any; break;
      case 26: m.operation = { $case: 'increment', value: r.message(IncrementRequestCodec, m.operation?.$case === 'increment' ? m.operation.value : undefined) } as any; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: BatchOperation): void {
    if (m.operation?.$case === 'set') SetRequestCodec.check?.(m.operation.value);
    if (m.operation?.$case === 'delete') DeleteRequestCodec.check?.(m.operation.value);
    if (m.operation?.$case === 'increment') IncrementRequestCodec.check?.(m.operation.value);
  },
};

export interface BatchResponseInit {
  readonly results?: readonly BatchResultInit[] | undefined;
  readonly level?: BatchResponse['level'] | undefined;
}
export const BatchResponseCodec: MessageCodec<BatchResponse, BatchResponseInit> = {
  typeName: 'polywire.kv.v1.BatchResponse',
  borrows: false,
  write(m: BatchResponseInit, w: ByteWriter): void {
    if (m.results !== undefined) for (const x of m.results) { w.uint32(10); const k = w.fork(); BatchResultCodec.write(x, w); w.join(k); }
    if (m.level) { w.uint32(16); w.int32(m.level as never); }
  },
  read(r: ByteReader, into?: BatchResponse): BatchResponse {
    const m: BatchResponse = into ?? { results: [], level: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.results.push(r.message(BatchResultCodec)); break;
      case 16: m.level = r.int32() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: BatchResponse): void {
    for (const x of m.results) BatchResultCodec.check?.(x);
  },
};

export interface BatchResultInit {
  readonly result?: { readonly $case: 'set'; readonly value: SetResponseInit } | { readonly $case: 'delete'; readonly value: DeleteResponseInit } | { readonly $case: 'increment'; readonly value: IncrementResponseInit } | undefined;
}
export const BatchResultCodec: MessageCodec<BatchResult, BatchResultInit> = {
  typeName: 'polywire.kv.v1.BatchResult',
  borrows: false,
  write(m: BatchResultInit, w: ByteWriter): void {
    if (m.result !== undefined) switch (m.result.$case) {
    case 'set': { w.uint32(10); const k = w.fork(); SetResponseCodec.write(m.result.value, w); w.join(k); break; }
    case 'delete': { w.uint32(18); const k = w.fork(); DeleteResponseCodec.write(m.result.value, w); w.join(k); break; }
    case 'increment': { w.uint32(26); const k = w.fork(); IncrementResponseCodec.write(m.result.value, w); w.join(k); break; }
    }
  },
  read(r: ByteReader, into?: BatchResult): BatchResult {
    const m: BatchResult = into ?? { result: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.result = { $case: 'set', value: r.message(SetResponseCodec, m.result?.$case === 'set' ? m.result.value : undefined) } as any; break;
      case 18: m.result = { $case: 'delete', value: r.message(DeleteResponseCodec, m.result?.$case === 'delete' ? m.result.value : undefined) } as any; break;
      case 26: m.result = { $case: 'increment', value: r.message(IncrementResponseCodec, m.result?.$case === 'increment' ? m.result.value : undefined) } as any; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: BatchResult): void {
    if (m.result?.$case === 'set') SetResponseCodec.check?.(m.result.value);
    if (m.result?.$case === 'delete') DeleteResponseCodec.check?.(m.result.value);
    if (m.result?.$case === 'increment') IncrementResponseCodec.check?.(m.result.value);
  },
};

export interface WatchRequestInit {
  readonly prefix?: WatchRequest['prefix'] | undefined;
  readonly exact?: WatchRequest['exact'] | undefined;
  readonly afterRevision?: WatchRequest['afterRevision'] | undefined;
}
export const WatchRequestCodec: MessageCodec<WatchRequest, WatchRequestInit> = {
  typeName: 'polywire.kv.v1.WatchRequest',
  borrows: false,
  write(m: WatchRequestInit, w: ByteWriter): void {
    if (m.prefix !== undefined && m.prefix.length > 0) { w.uint32(10); w.string(m.prefix as never); }
    if (m.exact) { w.uint32(16); w.bool(m.exact as never); }
    if (m.afterRevision !== undefined) { w.uint32(24); w.int64Number(m.afterRevision as never); }
  },
  read(r: ByteReader, into?: WatchRequest): WatchRequest {
    const m: WatchRequest = into ?? { prefix: '', exact: false, afterRevision: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.prefix = r.string() as never; break;
      case 16: m.exact = r.bool() as never; break;
      case 24: m.afterRevision = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: WatchRequest): void {
    if (m.prefix.length * 3 > 1024 && utf8Length(m.prefix) > 1024) throw new WireError('invalid-field', 'prefix is too long; the limit is 1024 (polywire.kv.v1.WatchRequest.prefix)', 'polywire.kv.v1.WatchRequest.prefix', { field: 'polywire.kv.v1.WatchRequest.prefix', limit: '1024' });
  },
};

export interface WatchResponseInit {
  readonly event?: { readonly $case: 'watching'; readonly value: WatchingInit } | { readonly $case: 'change'; readonly value: ChangeInit } | undefined;
}
export const WatchResponseCodec: MessageCodec<WatchResponse, WatchResponseInit> = {
  typeName: 'polywire.kv.v1.WatchResponse',
  borrows: true,
  write(m: WatchResponseInit, w: ByteWriter): void {
    if (m.event !== undefined) switch (m.event.$case) {
    case 'watching': { w.uint32(10); const k = w.fork(); WatchingCodec.write(m.event.value, w); w.join(k); break; }
    case 'change': { w.uint32(18); const k = w.fork(); ChangeCodec.write(m.event.value, w); w.join(k); break; }
    }
  },
  read(r: ByteReader, into?: WatchResponse): WatchResponse {
    const m: WatchResponse = into ?? { event: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.event = { $case: 'watching', value: r.message(WatchingCodec, m.event?.$case === 'watching' ? m.event.value : undefined) } as any; break;
      case 18: m.event = { $case: 'change', value: r.message(ChangeCodec, m.event?.$case === 'change' ? m.event.value : undefined) } as any; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: WatchResponse): void {
    if (m.event?.$case === 'watching') WatchingCodec.check?.(m.event.value);
    if (m.event?.$case === 'change') ChangeCodec.check?.(m.event.value);
  },
};

export interface WatchingInit {
  readonly revision?: Watching['revision'] | undefined;
}
export const WatchingCodec: MessageCodec<Watching, WatchingInit> = {
  typeName: 'polywire.kv.v1.Watching',
  borrows: false,
  write(m: WatchingInit, w: ByteWriter): void {
    if (m.revision) { w.uint32(8); w.int64Number(m.revision as never); }
  },
  read(r: ByteReader, into?: Watching): Watching {
    const m: Watching = into ?? { revision: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.revision = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface ChangeInit {
  readonly kind?: Change['kind'] | undefined;
  readonly entry?: EntryInit | undefined;
}
export const ChangeCodec: MessageCodec<Change, ChangeInit> = {
  typeName: 'polywire.kv.v1.Change',
  borrows: true,
  write(m: ChangeInit, w: ByteWriter): void {
    if (m.kind) { w.uint32(8); w.int32(m.kind as never); }
    if (m.entry !== undefined) { w.uint32(18); const k = w.fork(); EntryCodec.write(m.entry, w); w.join(k); }
  },
  read(r: ByteReader, into?: Change): Change {
    const m: Change = into ?? { kind: 0, entry: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.kind = r.int32() as never; break;
      case 18: m.entry = r.message(EntryCodec, m.entry); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Change): void {
    if (m.entry !== undefined) EntryCodec.check?.(m.entry);
  },
};

export interface PublishRequestInit {
  readonly topic?: PublishRequest['topic'] | undefined;
  readonly payload?: PublishRequest['payload'] | undefined;
}
export const PublishRequestCodec: MessageCodec<PublishRequest, PublishRequestInit> = {
  typeName: 'polywire.kv.v1.PublishRequest',
  borrows: true,
  write(m: PublishRequestInit, w: ByteWriter): void {
    if (m.topic !== undefined && m.topic.length > 0) { w.uint32(10); w.string(m.topic as never); }
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(18); w.bytes(m.payload as never); }
  },
  read(r: ByteReader, into?: PublishRequest): PublishRequest {
    const m: PublishRequest = into ?? { topic: '', payload: new Uint8Array(0) };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.topic = r.string() as never; break;
      case 18: m.payload = r.bytes() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: PublishRequest): void {
    if (m.topic.length * 3 > 255 && utf8Length(m.topic) > 255) throw new WireError('invalid-field', 'topic is too long; the limit is 255 (polywire.kv.v1.PublishRequest.topic)', 'polywire.kv.v1.PublishRequest.topic', { field: 'polywire.kv.v1.PublishRequest.topic', limit: '255' });
    if (m.topic.length < 1) throw new WireError('invalid-field', 'topic is too short (polywire.kv.v1.PublishRequest.topic)', 'polywire.kv.v1.PublishRequest.topic');
  },
};

export interface PublishResponseInit {
  readonly offset?: PublishResponse['offset'] | undefined;
  readonly receivers?: PublishResponse['receivers'] | undefined;
}
export const PublishResponseCodec: MessageCodec<PublishResponse, PublishResponseInit> = {
  typeName: 'polywire.kv.v1.PublishResponse',
  borrows: false,
  write(m: PublishResponseInit, w: ByteWriter): void {
    if (m.offset) { w.uint32(8); w.int64Number(m.offset as never); }
    if (m.receivers) { w.uint32(16); w.uint32(m.receivers as never); }
  },
  read(r: ByteReader, into?: PublishResponse): PublishResponse {
    const m: PublishResponse = into ?? { offset: 0, receivers: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.offset = r.uint64Number() as never; break;
      case 16: m.receivers = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface SubscribeRequestInit {
  readonly topic?: SubscribeRequest['topic'] | undefined;
}
export const SubscribeRequestCodec: MessageCodec<SubscribeRequest, SubscribeRequestInit> = {
  typeName: 'polywire.kv.v1.SubscribeRequest',
  borrows: false,
  write(m: SubscribeRequestInit, w: ByteWriter): void {
    if (m.topic !== undefined && m.topic.length > 0) { w.uint32(10); w.string(m.topic as never); }
  },
  read(r: ByteReader, into?: SubscribeRequest): SubscribeRequest {
    const m: SubscribeRequest = into ?? { topic: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.topic = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: SubscribeRequest): void {
    if (m.topic.length * 3 > 255 && utf8Length(m.topic) > 255) throw new WireError('invalid-field', 'topic is too long; the limit is 255 (polywire.kv.v1.SubscribeRequest.topic)', 'polywire.kv.v1.SubscribeRequest.topic', { field: 'polywire.kv.v1.SubscribeRequest.topic', limit: '255' });
    if (m.topic.length < 1) throw new WireError('invalid-field', 'topic is too short (polywire.kv.v1.SubscribeRequest.topic)', 'polywire.kv.v1.SubscribeRequest.topic');
  },
};

export interface SubscribeResponseInit {
  readonly event?: { readonly $case: 'subscribed'; readonly value: SubscribedInit } | { readonly $case: 'message'; readonly value: TopicMessageInit } | undefined;
}
export const SubscribeResponseCodec: MessageCodec<SubscribeResponse, SubscribeResponseInit> = {
  typeName: 'polywire.kv.v1.SubscribeResponse',
  borrows: true,
  write(m: SubscribeResponseInit, w: ByteWriter): void {
    if (m.event !== undefined) switch (m.event.$case) {
    case 'subscribed': { w.uint32(10); const k = w.fork(); SubscribedCodec.write(m.event.value, w); w.join(k); break; }
    case 'message': { w.uint32(18); const k = w.fork(); TopicMessageCodec.write(m.event.value, w); w.join(k); break; }
    }
  },
  read(r: ByteReader, into?: SubscribeResponse): SubscribeResponse {
    const m: SubscribeResponse = into ?? { event: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.event = { $case: 'subscribed', value: r.message(SubscribedCodec, m.event?.$case === 'subscribed' ? m.event.value : undefined) } as any; break;
      case 18: m.event = { $case: 'message', value: r.message(TopicMessageCodec, m.event?.$case === 'message' ? m.event.value : undefined) } as any; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: SubscribeResponse): void {
    if (m.event?.$case === 'subscribed') SubscribedCodec.check?.(m.event.value);
    if (m.event?.$case === 'message') TopicMessageCodec.check?.(m.event.value);
  },
};

export interface SubscribedInit {
  readonly epoch?: Subscribed['epoch'] | undefined;
  readonly offset?: Subscribed['offset'] | undefined;
}
export const SubscribedCodec: MessageCodec<Subscribed, SubscribedInit> = {
  typeName: 'polywire.kv.v1.Subscribed',
  borrows: false,
  write(m: SubscribedInit, w: ByteWriter): void {
    if (m.epoch !== undefined && m.epoch.length > 0) { w.uint32(10); w.string(m.epoch as never); }
    if (m.offset) { w.uint32(16); w.int64Number(m.offset as never); }
  },
  read(r: ByteReader, into?: Subscribed): Subscribed {
    const m: Subscribed = into ?? { epoch: '', offset: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.epoch = r.string() as never; break;
      case 16: m.offset = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface TopicMessageInit {
  readonly topic?: TopicMessage['topic'] | undefined;
  readonly offset?: TopicMessage['offset'] | undefined;
  readonly payload?: TopicMessage['payload'] | undefined;
}
export const TopicMessageCodec: MessageCodec<TopicMessage, TopicMessageInit> = {
  typeName: 'polywire.kv.v1.TopicMessage',
  borrows: true,
  write(m: TopicMessageInit, w: ByteWriter): void {
    if (m.topic !== undefined && m.topic.length > 0) { w.uint32(10); w.string(m.topic as never); }
    if (m.offset) { w.uint32(16); w.int64Number(m.offset as never); }
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(26); w.bytes(m.payload as never); }
  },
  read(r: ByteReader, into?: TopicMessage): TopicMessage {
    const m: TopicMessage = into ?? { topic: '', offset: 0, payload: new Uint8Array(0) };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.topic = r.string() as never; break;
      case 16: m.offset = r.uint64Number() as never; break;
      case 26: m.payload = r.bytes() as never; break;
      default: r.skip(t); } }
    return m;
  },
};
