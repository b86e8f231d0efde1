import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type SubscribeRequest, type SubscribeResponse, type Subscribed, type TopicMessage, type Gap, type BroadcastRequest, type BroadcastResponse, type RequestRequest, type RequestResponse, type WorkRequest, type WorkOffer, type WorkResult, type WorkResponse, type WorkTask, type WorkCancel, type LockRequest, type LockResponse, type UnlockRequest, type UnlockResponse } from '../../../../messages/polywire/io/v1/io.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface SubscribeRequestInit {
  readonly topic?: SubscribeRequest['topic'] | undefined;
  readonly epoch?: SubscribeRequest['epoch'] | undefined;
  readonly offset?: SubscribeRequest['offset'] | undefined;
}
export const SubscribeRequestCodec: MessageCodec<SubscribeRequest, SubscribeRequestInit> = {
  typeName: 'polywire.io.v1.SubscribeRequest',
  borrows: false,
  write(m: SubscribeRequestInit, w: ByteWriter): void {
    if (m.topic !== undefined && m.topic.length > 0) { w.uint32(10); w.string(m.topic as never); }
    if (m.epoch !== undefined && m.epoch.length > 0) { w.uint32(18); w.string(m.epoch as never); }
    if (m.offset) { w.uint32(24); w.int64Number(m.offset as never); }
  },
  read(r: ByteReader, into?: SubscribeRequest): SubscribeRequest {
    const m: SubscribeRequest = into ?? { topic: '', epoch: '', offset: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.topic = r.string() as never; break;
      case 18: m.epoch = r.string() as never; break;
      case 24: m.offset = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: SubscribeRequest): void {
    if (m.topic.length * 3 > 255 && utf8Length(m.topic) > 255) throw new WireError('invalid-field', 'topic is too long; the limit is 255 (polywire.io.v1.SubscribeRequest.topic)', 'polywire.io.v1.SubscribeRequest.topic', { field: 'polywire.io.v1.SubscribeRequest.topic', limit: '255' });
    if (m.topic.length < 1) throw new WireError('invalid-field', 'topic is too short (polywire.io.v1.SubscribeRequest.topic)', 'polywire.io.v1.SubscribeRequest.topic');
    if (m.epoch.length * 3 > 64 && utf8Length(m.epoch) > 64) throw new WireError('invalid-field', 'epoch is too long; the limit is 64 (polywire.io.v1.SubscribeRequest.epoch)', 'polywire.io.v1.SubscribeRequest.epoch', { field: 'polywire.io.v1.SubscribeRequest.epoch', limit: '64' });
  },
};

export interface SubscribeResponseInit {
  readonly event?: { readonly $case: 'subscribed'; readonly value: SubscribedInit } | { readonly $case: 'message'; readonly value: TopicMessageInit } | { readonly $case: 'gap'; readonly value: GapInit } | undefined;
}
export const SubscribeResponseCodec: MessageCodec<SubscribeResponse, SubscribeResponseInit> = {
  typeName: 'polywire.io.v1.SubscribeResponse',
  borrows: true,
  write(m: SubscribeResponseInit, w: ByteWriter): void {
    if (m.event !== undefined) switch (m.event.$case) {
    case 'subscribed': { w.uint32(10); const k = w.fork(); SubscribedCodec.write(m.event.value, w); w.join(k); break; }
    case 'message': { w.uint32(18); const k = w.fork(); TopicMessageCodec.write(m.event.value, w); w.join(k); break; }
    case 'gap': { w.uint32(26); const k = w.fork(); GapCodec.write(m.event.value, w); w.join(k); break; }
    }
  },
  read(r: ByteReader, into?: SubscribeResponse): SubscribeResponse {
    const m: SubscribeResponse = into ?? { event: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.event = { $case: 'subscribed', value: r.message(SubscribedCodec, m.event?.$case === 'subscribed' ? m.event.value : undefined) } as any; break;
      case 18: m.event = { $case: 'message', value: r.message(TopicMessageCodec, m.event?.$case === 'message' ? m.event.value : undefined) } as any; break;
      case 26: m.event = { $case: 'gap', value: r.message(GapCodec, m.event?.$case === 'gap' ? m.event.value : undefined) } as any; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: SubscribeResponse): void {
    if (m.event?.$case === 'subscribed') SubscribedCodec.check?.(m.event.value);
    if (m.event?.$case === 'message') TopicMessageCodec.check?.(m.event.value);
    if (m.event?.$case === 'gap') GapCodec.check?.(m.event.value);
  },
};

export interface SubscribedInit {
  readonly epoch?: Subscribed['epoch'] | undefined;
  readonly offset?: Subscribed['offset'] | undefined;
  readonly recovered?: Subscribed['recovered'] | undefined;
}
export const SubscribedCodec: MessageCodec<Subscribed, SubscribedInit> = {
  typeName: 'polywire.io.v1.Subscribed',
  borrows: false,
  write(m: SubscribedInit, w: ByteWriter): void {
    if (m.epoch !== undefined && m.epoch.length > 0) { w.uint32(10); w.string(m.epoch as never); }
    if (m.offset) { w.uint32(16); w.int64Number(m.offset as never); }
    if (m.recovered) { w.uint32(24); w.bool(m.recovered as never); }
  },
  read(r: ByteReader, into?: Subscribed): Subscribed {
    const m: Subscribed = into ?? { epoch: '', offset: 0, recovered: false };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.epoch = r.string() as never; break;
      case 16: m.offset = r.uint64Number() as never; break;
      case 24: m.recovered = r.bool() as never; break;
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
  typeName: 'polywire.io.v1.TopicMessage',
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

export interface GapInit {
  readonly fromOffset?: Gap['fromOffset'] | undefined;
  readonly toOffset?: Gap['toOffset'] | undefined;
}
export const GapCodec: MessageCodec<Gap, GapInit> = {
  typeName: 'polywire.io.v1.Gap',
  borrows: false,
  write(m: GapInit, w: ByteWriter): void {
    if (m.fromOffset) { w.uint32(8); w.int64Number(m.fromOffset as never); }
    if (m.toOffset) { w.uint32(16); w.int64Number(m.toOffset as never); }
  },
  read(r: ByteReader, into?: Gap): Gap {
    const m: Gap = into ?? { fromOffset: 0, toOffset: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.fromOffset = r.uint64Number() as never; break;
      case 16: m.toOffset = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface BroadcastRequestInit {
  readonly topic?: BroadcastRequest['topic'] | undefined;
  readonly payload?: BroadcastRequest['payload'] | undefined;
  readonly excludeSender?: BroadcastRequest['excludeSender'] | undefined;
}
export const BroadcastRequestCodec: MessageCodec<BroadcastRequest, BroadcastRequestInit> = {
  typeName: 'polywire.io.v1.BroadcastRequest',
  borrows: true,
  write(m: BroadcastRequestInit, w: ByteWriter): void {
    if (m.topic !== undefined && m.topic.length > 0) { w.uint32(10); w.string(m.topic as never); }
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(18); w.bytes(m.payload as never); }
    if (m.excludeSender) { w.uint32(24); w.bool(m.excludeSender as never); }
  },
  read(r: ByteReader, into?: BroadcastRequest): BroadcastRequest {
    const m: BroadcastRequest = into ?? { topic: '', payload: new Uint8Array(0), excludeSender: false };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.topic = r.string() as never; break;
      case 18: m.payload = r.bytes() as never; break;
      case 24: m.excludeSender = r.bool() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: BroadcastRequest): void {
    if (m.topic.length * 3 > 255 && utf8Length(m.topic) > 255) throw new WireError('invalid-field', 'topic is too long; the limit is 255 (polywire.io.v1.BroadcastRequest.topic)', 'polywire.io.v1.BroadcastRequest.topic', { field: 'polywire.io.v1.BroadcastRequest.topic', limit: '255' });
    if (m.topic.length < 1) throw new WireError('invalid-field', 'topic is too short (polywire.io.v1.BroadcastRequest.topic)', 'polywire.io.v1.BroadcastRequest.topic');
  },
};

export interface BroadcastResponseInit {
  readonly offset?: BroadcastResponse['offset'] | undefined;
  readonly receivers?: BroadcastResponse['receivers'] | undefined;
}
export const BroadcastResponseCodec: MessageCodec<BroadcastResponse, BroadcastResponseInit> = {
  typeName: 'polywire.io.v1.BroadcastResponse',
  borrows: false,
  write(m: BroadcastResponseInit, w: ByteWriter): void {
    if (m.offset) { w.uint32(8); w.int64Number(m.offset as never); }
    if (m.receivers) { w.uint32(16); w.uint32(m.receivers as never); }
  },
  read(r: ByteReader, into?: BroadcastResponse): BroadcastResponse {
    const m: BroadcastResponse = into ?? { offset: 0, receivers: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.offset = r.uint64Number() as never; break;
      case 16: m.receivers = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface RequestRequestInit {
  readonly target?: { readonly $case: 'worker'; readonly value: string } | { readonly $case: 'clientId'; readonly value: string } | undefined;
  readonly payload?: RequestRequest['payload'] | undefined;
}
export const RequestRequestCodec: MessageCodec<RequestRequest, RequestRequestInit> = {
  typeName: 'polywire.io.v1.RequestRequest',
  borrows: true,
  write(m: RequestRequestInit, w: ByteWriter): void {
    if (m.target !== undefined) switch (m.target.$case) {
    case 'worker': w.uint32(10); w.string(m.target.value as never); break;
    case 'clientId': w.uint32(18); w.string(m.target.value as never); break;
    }
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(26); w.bytes(m.payload as never); }
  },
  read(r: ByteReader, into?: RequestRequest): RequestRequest {
    const m: RequestRequest = into ?? { target: undefined, payload: new Uint8Array(0) };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.target = { $case: 'worker', value: r.string() } as any; break;
      case 18: m.target = { $case: 'clientId', value: r.string() } as any; break;
      case 26: m.payload = r.bytes() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface RequestResponseInit {
  readonly payload?: RequestResponse['payload'] | undefined;
  readonly clientId?: RequestResponse['clientId'] | undefined;
}
export const RequestResponseCodec: MessageCodec<RequestResponse, RequestResponseInit> = {
  typeName: 'polywire.io.v1.RequestResponse',
  borrows: true,
  write(m: RequestResponseInit, w: ByteWriter): void {
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(10); w.bytes(m.payload as never); }
    if (m.clientId !== undefined && m.clientId.length > 0) { w.uint32(18); w.string(m.clientId as never); }
  },
  read(r: ByteReader, into?: RequestResponse): RequestResponse {
    const m: RequestResponse = into ?? { payload: new Uint8Array(0), clientId: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.payload = r.bytes() as never; break;
      case 18: m.clientId = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface WorkRequestInit {
  readonly event?: { readonly $case: 'offer'; readonly value: WorkOfferInit } | { readonly $case: 'result'; readonly value: WorkResultInit } | undefined;
}
export const WorkRequestCodec: MessageCodec<WorkRequest, WorkRequestInit> = {
  typeName: 'polywire.io.v1.WorkRequest',
  borrows: true,
  write(m: WorkRequestInit, w: ByteWriter): void {
    if (m.event !== undefined) switch (m.event.$case) {
    case 'offer': { w.uint32(10); const k = w.fork(); WorkOfferCodec.write(m.event.value, w); w.join(k); break; }
    case 'result': { w.uint32(18); const k = w.fork(); WorkResultCodec.write(m.event.value, w); w.join(k); break; }
    }
  },
  read(r: ByteReader, into?: WorkRequest): WorkRequest {
    const m: WorkRequest = into ?? { event: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.event = { $case: 'offer', value: r.message(WorkOfferCodec, m.event?.$case === 'offer' ? m.event.value : undefined) } as any; break;
      case 18: m.event = { $case: 'result', value: r.message(WorkResultCodec, m.event?.$case === 'result' ? m.event.value : undefined) } as any; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: WorkRequest): void {
    if (m.event?.$case === 'offer') WorkOfferCodec.check?.(m.event.value);
    if (m.event?.$case === 'result') WorkResultCodec.check?.(m.event.value);
  },
};

export interface WorkOfferInit {
  readonly worker?: WorkOffer['worker'] | undefined;
  readonly concurrency?: WorkOffer['concurrency'] | undefined;
}
export const WorkOfferCodec: MessageCodec<WorkOffer, WorkOfferInit> = {
  typeName: 'polywire.io.v1.WorkOffer',
  borrows: false,
  write(m: WorkOfferInit, w: ByteWriter): void {
    if (m.worker !== undefined && m.worker.length > 0) { w.uint32(10); w.string(m.worker as never); }
    if (m.concurrency) { w.uint32(16); w.uint32(m.concurrency as never); }
  },
  read(r: ByteReader, into?: WorkOffer): WorkOffer {
    const m: WorkOffer = into ?? { worker: '', concurrency: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.worker = r.string() as never; break;
      case 16: m.concurrency = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: WorkOffer): void {
    if (m.worker.length * 3 > 255 && utf8Length(m.worker) > 255) throw new WireError('invalid-field', 'worker is too long; the limit is 255 (polywire.io.v1.WorkOffer.worker)', 'polywire.io.v1.WorkOffer.worker', { field: 'polywire.io.v1.WorkOffer.worker', limit: '255' });
    if (m.worker.length < 1) throw new WireError('invalid-field', 'worker is too short (polywire.io.v1.WorkOffer.worker)', 'polywire.io.v1.WorkOffer.worker');
  },
};

export interface WorkResultInit {
  readonly taskId?: WorkResult['taskId'] | undefined;
  readonly payload?: WorkResult['payload'] | undefined;
  readonly error?: WorkResult['error'] | undefined;
}
export const WorkResultCodec: MessageCodec<WorkResult, WorkResultInit> = {
  typeName: 'polywire.io.v1.WorkResult',
  borrows: true,
  write(m: WorkResultInit, w: ByteWriter): void {
    if (m.taskId !== undefined && m.taskId.length > 0) { w.uint32(10); w.string(m.taskId as never); }
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(18); w.bytes(m.payload as never); }
    if (m.error !== undefined && m.error.length > 0) { w.uint32(26); w.string(m.error as never); }
  },
  read(r: ByteReader, into?: WorkResult): WorkResult {
    const m: WorkResult = into ?? { taskId: '', payload: new Uint8Array(0), error: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.taskId = r.string() as never; break;
      case 18: m.payload = r.bytes() as never; break;
      case 26: m.error = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: WorkResult): void {
    if (m.taskId.length * 3 > 64 && utf8Length(m.taskId) > 64) throw new WireError('invalid-field', 'task_id is too long; the limit is 64 (polywire.io.v1.WorkResult.task_id)', 'polywire.io.v1.WorkResult.task_id', { field: 'polywire.io.v1.WorkResult.task_id', limit: '64' });
  },
};

export interface WorkResponseInit {
  readonly event?: { readonly $case: 'task'; readonly value: WorkTaskInit } | { readonly $case: 'cancel'; readonly value: WorkCancelInit } | undefined;
}
export const WorkResponseCodec: MessageCodec<WorkResponse, WorkResponseInit> = {
  typeName: 'polywire.io.v1.WorkResponse',
  borrows: true,
  write(m: WorkResponseInit, w: ByteWriter): void {
    if (m.event !== undefined) switch (m.event.$case) {
    case 'task': { w.uint32(10); const k = w.fork(); WorkTaskCodec.write(m.event.value, w); w.join(k); break; }
    case 'cancel': { w.uint32(18); const k = w.fork(); WorkCancelCodec.write(m.event.value, w); w.join(k); break; }
    }
  },
  read(r: ByteReader, into?: WorkResponse): WorkResponse {
    const m: WorkResponse = into ?? { event: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.event = { $case: 'task', value: r.message(WorkTaskCodec, m.event?.$case === 'task' ? m.event.value : undefined) } as any; break;
      case 18: m.event = { $case: 'cancel', value: r.message(WorkCancelCodec, m.event?.$case === 'cancel' ? m.event.value : undefined) } as any; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: WorkResponse): void {
    if (m.event?.$case === 'task') WorkTaskCodec.check?.(m.event.value);
    if (m.event?.$case === 'cancel') WorkCancelCodec.check?.(m.event.value);
  },
};

export interface WorkTaskInit {
  readonly taskId?: WorkTask['taskId'] | undefined;
  readonly payload?: WorkTask['payload'] | undefined;
  readonly timeoutMs?: WorkTask['timeoutMs'] | undefined;
}
export const WorkTaskCodec: MessageCodec<WorkTask, WorkTaskInit> = {
  typeName: 'polywire.io.v1.WorkTask',
  borrows: true,
  write(m: WorkTaskInit, w: ByteWriter): void {
    if (m.taskId !== undefined && m.taskId.length > 0) { w.uint32(10); w.string(m.taskId as never); }
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(18); w.bytes(m.payload as never); }
    if (m.timeoutMs) { w.uint32(24); w.uint32(m.timeoutMs as never); }
  },
  read(r: ByteReader, into?: WorkTask): WorkTask {
    const m: WorkTask = into ?? { taskId: '', payload: new Uint8Array(0), timeoutMs: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.taskId = r.string() as never; break;
      case 18: m.payload = r.bytes() as never; break;
      case 24: m.timeoutMs = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface WorkCancelInit {
  readonly taskId?: WorkCancel['taskId'] | undefined;
}
export const WorkCancelCodec: MessageCodec<WorkCancel, WorkCancelInit> = {
  typeName: 'polywire.io.v1.WorkCancel',
  borrows: false,
  write(m: WorkCancelInit, w: ByteWriter): void {
    if (m.taskId !== undefined && m.taskId.length > 0) { w.uint32(10); w.string(m.taskId as never); }
  },
  read(r: ByteReader, into?: WorkCancel): WorkCancel {
    const m: WorkCancel = into ?? { taskId: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.taskId = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface LockRequestInit {
  readonly name?: LockRequest['name'] | undefined;
  readonly ttlMs?: LockRequest['ttlMs'] | undefined;
  readonly waitMs?: LockRequest['waitMs'] | undefined;
}
export const LockRequestCodec: MessageCodec<LockRequest, LockRequestInit> = {
  typeName: 'polywire.io.v1.LockRequest',
  borrows: false,
  write(m: LockRequestInit, w: ByteWriter): void {
    if (m.name !== undefined && m.name.length > 0) { w.uint32(10); w.string(m.name as never); }
    if (m.ttlMs) { w.uint32(16); w.uint32(m.ttlMs as never); }
    if (m.waitMs) { w.uint32(24); w.uint32(m.waitMs as never); }
  },
  read(r: ByteReader, into?: LockRequest): LockRequest {
    const m: LockRequest = into ?? { name: '', ttlMs: 0, waitMs: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.name = r.string() as never; break;
      case 16: m.ttlMs = r.uint32() as never; break;
      case 24: m.waitMs = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: LockRequest): void {
    if (m.name.length * 3 > 255 && utf8Length(m.name) > 255) throw new WireError('invalid-field', 'name is too long; the limit is 255 (polywire.io.v1.LockRequest.name)', 'polywire.io.v1.LockRequest.name', { field: 'polywire.io.v1.LockRequest.name', limit: '255' });
    if (m.name.length < 1) throw new WireError('invalid-field', 'name is too short (polywire.io.v1.LockRequest.name)', 'polywire.io.v1.LockRequest.name');
  },
};

export interface LockResponseInit {
  readonly acquired?: LockResponse['acquired'] | undefined;
  readonly fencingToken?: LockResponse['fencingToken'] | undefined;
}
export const LockResponseCodec: MessageCodec<LockResponse, LockResponseInit> = {
  typeName: 'polywire.io.v1.LockResponse',
  borrows: false,
  write(m: LockResponseInit, w: ByteWriter): void {
    if (m.acquired) { w.uint32(8); w.bool(m.acquired as never); }
    if (m.fencingToken) { w.uint32(16); w.int64Number(m.fencingToken as never); }
  },
  read(r: ByteReader, into?: LockResponse): LockResponse {
    const m: LockResponse = into ?? { acquired: false, fencingToken: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.acquired = r.bool() as never; break;
      case 16: m.fencingToken = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface UnlockRequestInit {
  readonly name?: UnlockRequest['name'] | undefined;
  readonly fencingToken?: UnlockRequest['fencingToken'] | undefined;
}
export const UnlockRequestCodec: MessageCodec<UnlockRequest, UnlockRequestInit> = {
  typeName: 'polywire.io.v1.UnlockRequest',
  borrows: false,
  write(m: UnlockRequestInit, w: ByteWriter): void {
    if (m.name !== undefined && m.name.length > 0) { w.uint32(10); w.string(m.name as never); }
    if (m.fencingToken) { w.uint32(16); w.int64Number(m.fencingToken as never); }
  },
  read(r: ByteReader, into?: UnlockRequest): UnlockRequest {
    const m: UnlockRequest = into ?? { name: '', fencingToken: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.name = r.string() as never; break;
      case 16: m.fencingToken = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: UnlockRequest): void {
    if (m.name.length * 3 > 255 && utf8Length(m.name) > 255) throw new WireError('invalid-field', 'name is too long; the limit is 255 (polywire.io.v1.UnlockRequest.name)', 'polywire.io.v1.UnlockRequest.name', { field: 'polywire.io.v1.UnlockRequest.name', limit: '255' });
    if (m.name.length < 1) throw new WireError('invalid-field', 'name is too short (polywire.io.v1.UnlockRequest.name)', 'polywire.io.v1.UnlockRequest.name');
  },
};

export interface UnlockResponseInit {
  readonly released?: UnlockResponse['released'] | undefined;
}
export const UnlockResponseCodec: MessageCodec<UnlockResponse, UnlockResponseInit> = {
  typeName: 'polywire.io.v1.UnlockResponse',
  borrows: false,
  write(m: UnlockResponseInit, w: ByteWriter): void {
    if (m.released) { w.uint32(8); w.bool(m.released as never); }
  },
  read(r: ByteReader, into?: UnlockResponse): UnlockResponse {
    const m: UnlockResponse = into ?? { released: false };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.released = r.bool() as never; break;
      default: r.skip(t); } }
    return m;
  },
};
