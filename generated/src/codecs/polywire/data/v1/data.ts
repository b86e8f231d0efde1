import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type StoreRequest, type StoreResponse, type ReadRequest, type ReadResponse, type DeleteRequest, type DeleteResponse, type ListKeysRequest, type ListKeysResponse, type ClearRequest, type ClearResponse } from '../../../../messages/polywire/data/v1/data.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface StoreRequestInit {
  readonly key?: StoreRequest['key'] | undefined;
  readonly value?: StoreRequest['value'] | undefined;
  readonly kind?: StoreRequest['kind'] | undefined;
}
export const StoreRequestCodec: MessageCodec<StoreRequest, StoreRequestInit> = {
  typeName: 'polywire.data.v1.StoreRequest',
  borrows: true,
  write(m: StoreRequestInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
    if (m.value !== undefined && m.value.length > 0) { w.uint32(18); w.bytes(m.value as never); }
    if (m.kind) { w.uint32(24); w.int32(m.kind as never); }
  },
  read(r: ByteReader, into?: StoreRequest): StoreRequest {
    const m: StoreRequest = into ?? { key: '', value: new Uint8Array(0), kind: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      case 18: m.value = r.bytes() as never; break;
      case 24: m.kind = r.int32() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: StoreRequest): void {
    if (m.key.length * 3 > 1024 && utf8Length(m.key) > 1024) throw new WireError('key-too-long', 'key is too long; the limit is 1024 (polywire.data.v1.StoreRequest.key)', 'polywire.data.v1.StoreRequest.key', { field: 'polywire.data.v1.StoreRequest.key', limit: '1024' });
  },
};

export interface StoreResponseInit {
  readonly revision?: StoreResponse['revision'] | undefined;
  readonly level?: StoreResponse['level'] | undefined;
}
export const StoreResponseCodec: MessageCodec<StoreResponse, StoreResponseInit> = {
  typeName: 'polywire.data.v1.StoreResponse',
  borrows: false,
  write(m: StoreResponseInit, w: ByteWriter): void {
    if (m.revision) { w.uint32(8); w.int64Number(m.revision as never); }
    if (m.level) { w.uint32(16); w.int32(m.level as never); }
  },
  read(r: ByteReader, into?: StoreResponse): StoreResponse {
    const m: StoreResponse = into ?? { revision: 0, level: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.revision = r.uint64Number() as never; break;
      case 16: m.level = r.int32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface ReadRequestInit {
  readonly key?: ReadRequest['key'] | undefined;
}
export const ReadRequestCodec: MessageCodec<ReadRequest, ReadRequestInit> = {
  typeName: 'polywire.data.v1.ReadRequest',
  borrows: false,
  write(m: ReadRequestInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
  },
  read(r: ByteReader, into?: ReadRequest): ReadRequest {
    const m: ReadRequest = into ?? { key: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: ReadRequest): void {
    if (m.key.length * 3 > 1024 && utf8Length(m.key) > 1024) throw new WireError('key-too-long', 'key is too long; the limit is 1024 (polywire.data.v1.ReadRequest.key)', 'polywire.data.v1.ReadRequest.key', { field: 'polywire.data.v1.ReadRequest.key', limit: '1024' });
  },
};

export interface ReadResponseInit {
  readonly found?: ReadResponse['found'] | undefined;
  readonly value?: ReadResponse['value'] | undefined;
  readonly kind?: ReadResponse['kind'] | undefined;
  readonly revision?: ReadResponse['revision'] | undefined;
}
export const ReadResponseCodec: MessageCodec<ReadResponse, ReadResponseInit> = {
  typeName: 'polywire.data.v1.ReadResponse',
  borrows: true,
  write(m: ReadResponseInit, w: ByteWriter): void {
    if (m.found) { w.uint32(8); w.bool(m.found as never); }
    if (m.value !== undefined && m.value.length > 0) { w.uint32(18); w.bytes(m.value as never); }
    if (m.kind) { w.uint32(24); w.int32(m.kind as never); }
    if (m.revision) { w.uint32(32); w.int64Number(m.revision as never); }
  },
  read(r: ByteReader, into?: ReadResponse): ReadResponse {
    const m: ReadResponse = into ?? { found: false, value: new Uint8Array(0), kind: 0, revision: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.found = r.bool() as never; break;
      case 18: m.value = r.bytes() as never; break;
      case 24: m.kind = r.int32() as never; break;
      case 32: m.revision = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface DeleteRequestInit {
  readonly key?: DeleteRequest['key'] | undefined;
}
export const DeleteRequestCodec: MessageCodec<DeleteRequest, DeleteRequestInit> = {
  typeName: 'polywire.data.v1.DeleteRequest',
  borrows: false,
  write(m: DeleteRequestInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
  },
  read(r: ByteReader, into?: DeleteRequest): DeleteRequest {
    const m: DeleteRequest = into ?? { key: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: DeleteRequest): void {
    if (m.key.length * 3 > 1024 && utf8Length(m.key) > 1024) throw new WireError('key-too-long', 'key is too long; the limit is 1024 (polywire.data.v1.DeleteRequest.key)', 'polywire.data.v1.DeleteRequest.key', { field: 'polywire.data.v1.DeleteRequest.key', limit: '1024' });
  },
};

export interface DeleteResponseInit {
  readonly deleted?: DeleteResponse['deleted'] | undefined;
  readonly level?: DeleteResponse['level'] | undefined;
}
export const DeleteResponseCodec: MessageCodec<DeleteResponse, DeleteResponseInit> = {
  typeName: 'polywire.data.v1.DeleteResponse',
  borrows: false,
  write(m: DeleteResponseInit, w: ByteWriter): void {
    if (m.deleted) { w.uint32(8); w.bool(m.deleted as never); }
    if (m.level) { w.uint32(16); w.int32(m.level as never); }
  },
  read(r: ByteReader, into?: DeleteResponse): DeleteResponse {
    const m: DeleteResponse = into ?? { deleted: false, level: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.deleted = r.bool() as never; break;
      case 16: m.level = r.int32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface ListKeysRequestInit {
  readonly prefix?: ListKeysRequest['prefix'] | undefined;
  readonly limit?: ListKeysRequest['limit'] | undefined;
  readonly cursor?: ListKeysRequest['cursor'] | undefined;
}
export const ListKeysRequestCodec: MessageCodec<ListKeysRequest, ListKeysRequestInit> = {
  typeName: 'polywire.data.v1.ListKeysRequest',
  borrows: true,
  write(m: ListKeysRequestInit, w: ByteWriter): void {
    if (m.prefix !== undefined && m.prefix.length > 0) { w.uint32(10); w.string(m.prefix as never); }
    if (m.limit) { w.uint32(16); w.uint32(m.limit as never); }
    if (m.cursor !== undefined && m.cursor.length > 0) { w.uint32(26); w.bytes(m.cursor as never); }
  },
  read(r: ByteReader, into?: ListKeysRequest): ListKeysRequest {
    const m: ListKeysRequest = into ?? { prefix: '', limit: 0, cursor: new Uint8Array(0) };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.prefix = r.string() as never; break;
      case 16: m.limit = r.uint32() as never; break;
      case 26: m.cursor = r.bytes() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: ListKeysRequest): void {
    if (m.prefix.length * 3 > 1024 && utf8Length(m.prefix) > 1024) throw new WireError('invalid-field', 'prefix is too long; the limit is 1024 (polywire.data.v1.ListKeysRequest.prefix)', 'polywire.data.v1.ListKeysRequest.prefix', { field: 'polywire.data.v1.ListKeysRequest.prefix', limit: '1024' });
    if ((m.limit < 0 || m.limit > 1000)) throw new WireError('invalid-field', 'limit is out of range (polywire.data.v1.ListKeysRequest.limit)', 'polywire.data.v1.ListKeysRequest.limit');
    if (m.cursor.length > 2048) throw new WireError('invalid-field', 'cursor is too long; the limit is 2048 (polywire.data.v1.ListKeysRequest.cursor)', 'polywire.data.v1.ListKeysRequest.cursor', { field: 'polywire.data.v1.ListKeysRequest.cursor', limit: '2048' });
  },
};

export interface ListKeysResponseInit {
  readonly keys?: ListKeysResponse['keys'] | undefined;
  readonly cursor?: ListKeysResponse['cursor'] | undefined;
}
export const ListKeysResponseCodec: MessageCodec<ListKeysResponse, ListKeysResponseInit> = {
  typeName: 'polywire.data.v1.ListKeysResponse',
  borrows: true,
  write(m: ListKeysResponseInit, w: ByteWriter): void {
    if (m.keys !== undefined) for (const x of m.keys) { w.uint32(10); w.string(x as never); }
    if (m.cursor !== undefined && m.cursor.length > 0) { w.uint32(18); w.bytes(m.cursor as never); }
  },
  read(r: ByteReader, into?: ListKeysResponse): ListKeysResponse {
    const m: ListKeysResponse = into ?? { keys: [], cursor: new Uint8Array(0) };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.keys.push(r.string() as never); break;
      case 18: m.cursor = r.bytes() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface ClearRequestInit {
}
export const ClearRequestCodec: MessageCodec<ClearRequest, ClearRequestInit> = {
  typeName: 'polywire.data.v1.ClearRequest',
  borrows: false,
  write(m: ClearRequestInit, w: ByteWriter): void {
    void m; void w;
  },
  read(r: ByteReader, into?: ClearRequest): ClearRequest {
    const m: ClearRequest = into ?? {  };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      default: r.skip(t); } }
    return m;
  },
};

export interface ClearResponseInit {
  readonly removed?: ClearResponse['removed'] | undefined;
  readonly level?: ClearResponse['level'] | undefined;
}
export const ClearResponseCodec: MessageCodec<ClearResponse, ClearResponseInit> = {
  typeName: 'polywire.data.v1.ClearResponse',
  borrows: false,
  write(m: ClearResponseInit, w: ByteWriter): void {
    if (m.removed) { w.uint32(8); w.int64Number(m.removed as never); }
    if (m.level) { w.uint32(16); w.int32(m.level as never); }
  },
  read(r: ByteReader, into?: ClearResponse): ClearResponse {
    const m: ClearResponse = into ?? { removed: 0, level: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.removed = r.uint64Number() as never; break;
      case 16: m.level = r.int32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};
