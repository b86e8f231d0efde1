import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type CmdRequest, type Get, type Set, type Publish, type Subscribe, type Unsubscribe, type CmdResponse } from '../../../../messages/legacy/kv/v1/cmd.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface CmdRequestInit {
  readonly reqData?: { readonly $case: 'get'; readonly value: GetInit } | { readonly $case: 'set'; readonly value: SetInit } | { readonly $case: 'publish'; readonly value: PublishInit } | { readonly $case: 'subscribe'; readonly value: SubscribeInit } | { readonly $case: 'unsubscribe'; readonly value: UnsubscribeInit } | undefined;
}
export const CmdRequestCodec: MessageCodec<CmdRequest, CmdRequestInit> = {
  typeName: 'legacy.kv.v1.CmdRequest',
  borrows: true,
  write(m: CmdRequestInit, w: ByteWriter): void {
    if (m.reqData !== undefined) switch (m.reqData.$case) {
    case 'get': { w.uint32(10); const k = w.fork(); GetCodec.write(m.reqData.value, w); w.join(k); break; }
    case 'set': { w.uint32(18); const k = w.fork(); SetCodec.write(m.reqData.value, w); w.join(k); break; }
    case 'publish': { w.uint32(26); const k = w.fork(); PublishCodec.write(m.reqData.value, w); w.join(k); break; }
    case 'subscribe': { w.uint32(34); const k = w.fork(); SubscribeCodec.write(m.reqData.value, w); w.join(k); break; }
    case 'unsubscribe': { w.uint32(42); const k = w.fork(); UnsubscribeCodec.write(m.reqData.value, w); w.join(k); break; }
    }
  },
  read(r: ByteReader, into?: CmdRequest): CmdRequest {
    const m: CmdRequest = into ?? { reqData: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.reqData = { $case: 'get', value: r.message(GetCodec, m.reqData?.$case === 'get' ? m.reqData.value : undefined) } as any; break;
      case 18: m.reqData = { $case: 'set', value: r.message(SetCodec, m.reqData?.$case === 'set' ? m.reqData.value : undefined) } as any; break;
      case 26: m.reqData = { $case: 'publish', value: r.message(PublishCodec, m.reqData?.$case === 'publish' ? m.reqData.value : undefined) } as any; break;
      case 34: m.reqData = { $case: 'subscribe', value: r.message(SubscribeCodec, m.reqData?.$case === 'subscribe' ? m.reqData.value : undefined) } as any; break;
      case 42: m.reqData = { $case: 'unsubscribe', value: r.message(UnsubscribeCodec, m.reqData?.$case === 'unsubscribe' ? m.reqData.value : undefined) } as any; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: CmdRequest): void {
    if (m.reqData?.$case === 'get') GetCodec.check?.(m.reqData.value);
    if (m.reqData?.$case === 'set') SetCodec.check?.(m.reqData.value);
    if (m.reqData?.$case === 'publish') PublishCodec.check?.(m.reqData.value);
    if (m.reqData?.$case === 'subscribe') SubscribeCodec.check?.(m.reqData.value);
    if (m.reqData?.$case === 'unsubscribe') UnsubscribeCodec.check?.(m.reqData.value);
  },
};

export interface GetInit {
  readonly key?: Get['key'] | undefined;
}
export const GetCodec: MessageCodec<Get, GetInit> = {
  typeName: 'legacy.kv.v1.Get',
  borrows: false,
  write(m: GetInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
  },
  read(r: ByteReader, into?: Get): Get {
    const m: Get = into ?? { key: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface SetInit {
  readonly key?: Set['key'] | undefined;
  readonly value?: Set['value'] | undefined;
  readonly expire?: Set['expire'] | undefined;
}
export const SetCodec: MessageCodec<Set, SetInit> = {
  typeName: 'legacy.kv.v1.Set',
  borrows: true,
  write(m: SetInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
    if (m.value !== undefined && m.value.length > 0) { w.uint32(18); w.bytes(m.value as never); }
    if (m.expire) { w.uint32(24); w.uint32(m.expire as never); }
  },
  read(r: ByteReader, into?: Set): Set {
    const m: Set = into ?? { key: '', value: new Uint8Array(0), expire: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      case 18: m.value = r.bytes() as never; break;
      case 24: m.expire = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface PublishInit {
  readonly topic?: Publish['topic'] | undefined;
  readonly value?: Publish['value'] | undefined;
}
export const PublishCodec: MessageCodec<Publish, PublishInit> = {
  typeName: 'legacy.kv.v1.Publish',
  borrows: true,
  write(m: PublishInit, w: ByteWriter): void {
    if (m.topic !== undefined && m.topic.length > 0) { w.uint32(10); w.string(m.topic as never); }
    if (m.value !== undefined && m.value.length > 0) { w.uint32(18); w.bytes(m.value as never); }
  },
  read(r: ByteReader, into?: Publish): Publish {
    const m: Publish = into ?? { topic: '', value: new Uint8Array(0) };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.topic = r.string() as never; break;
      case 18: m.value = r.bytes() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface SubscribeInit {
  readonly topic?: Subscribe['topic'] | undefined;
}
export const SubscribeCodec: MessageCodec<Subscribe, SubscribeInit> = {
  typeName: 'legacy.kv.v1.Subscribe',
  borrows: false,
  write(m: SubscribeInit, w: ByteWriter): void {
    if (m.topic !== undefined && m.topic.length > 0) { w.uint32(10); w.string(m.topic as never); }
  },
  read(r: ByteReader, into?: Subscribe): Subscribe {
    const m: Subscribe = into ?? { topic: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.topic = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface UnsubscribeInit {
  readonly topic?: Unsubscribe['topic'] | undefined;
  readonly id?: Unsubscribe['id'] | undefined;
}
export const UnsubscribeCodec: MessageCodec<Unsubscribe, UnsubscribeInit> = {
  typeName: 'legacy.kv.v1.Unsubscribe',
  borrows: false,
  write(m: UnsubscribeInit, w: ByteWriter): void {
    if (m.topic !== undefined && m.topic.length > 0) { w.uint32(10); w.string(m.topic as never); }
    if (m.id) { w.uint32(16); w.uint32(m.id as never); }
  },
  read(r: ByteReader, into?: Unsubscribe): Unsubscribe {
    const m: Unsubscribe = into ?? { topic: '', id: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.topic = r.string() as never; break;
      case 16: m.id = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface CmdResponseInit {
  readonly status?: CmdResponse['status'] | undefined;
  readonly message?: CmdResponse['message'] | undefined;
  readonly value?: CmdResponse['value'] | undefined;
}
export const CmdResponseCodec: MessageCodec<CmdResponse, CmdResponseInit> = {
  typeName: 'legacy.kv.v1.CmdResponse',
  borrows: true,
  write(m: CmdResponseInit, w: ByteWriter): void {
    if (m.status) { w.uint32(8); w.uint32(m.status as never); }
    if (m.message !== undefined && m.message.length > 0) { w.uint32(18); w.string(m.message as never); }
    if (m.value !== undefined && m.value.length > 0) { w.uint32(26); w.bytes(m.value as never); }
  },
  read(r: ByteReader, into?: CmdResponse): CmdResponse {
    const m: CmdResponse = into ?? { status: 0, message: '', value: new Uint8Array(0) };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.status = r.uint32() as never; break;
      case 18: m.message = r.string() as never; break;
      case 26: m.value = r.bytes() as never; break;
      default: r.skip(t); } }
    return m;
  },
};
