import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type Suite, type Case, type Step, type Open, type Call, type SendBytes, type Receive, type Close, type Wait, type RunConfig, type CaseResult, type RunResult, type Vector, type CodecRequest, type CodecResponse } from '../../../../messages/polywire/conformance/v1/suite.js';
import { type StructInit, StructCodec } from '../../../../codecs/google/protobuf/struct.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface SuiteInit {
  readonly name?: Suite['name'] | undefined;
  readonly description?: Suite['description'] | undefined;
  readonly features?: Suite['features'] | undefined;
  readonly cases?: readonly CaseInit[] | undefined;
}
export const SuiteCodec: MessageCodec<Suite, SuiteInit> = {
  typeName: 'polywire.conformance.v1.Suite',
  borrows: false,
  write(m: SuiteInit, w: ByteWriter): void {
    if (m.name !== undefined && m.name.length > 0) { w.uint32(10); w.string(m.name as never); }
    if (m.description !== undefined && m.description.length > 0) { w.uint32(18); w.string(m.description as never); }
    if (m.features !== undefined) for (const x of m.features) { w.uint32(26); w.string(x as never); }
    if (m.cases !== undefined) for (const x of m.cases) { w.uint32(34); const k = w.fork(); CaseCodec.write(x, w); w.join(k); }
  },
  read(r: ByteReader, into?: Suite): Suite {
    const m: Suite = into ?? { name: '', description: '', features: [], cases: [] };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.name = r.string() as never; break;
      case 18: m.description = r.string() as never; break;
      case 26: m.features.push(r.string() as never); break;
      case 34: m.cases.push(r.message(CaseCodec)); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Suite): void {
    if (!new RegExp("^[a-z0-9-]+$").test(m.name)) throw new WireError('invalid-field', 'name does not match (polywire.conformance.v1.Suite.name)', 'polywire.conformance.v1.Suite.name');
    for (const x of m.cases) CaseCodec.check?.(x);
  },
};

export interface CaseInit {
  readonly name?: Case['name'] | undefined;
  readonly description?: Case['description'] | undefined;
  readonly requirement?: Case['requirement'] | undefined;
  readonly features?: Case['features'] | undefined;
  readonly steps?: readonly StepInit[] | undefined;
}
export const CaseCodec: MessageCodec<Case, CaseInit> = {
  typeName: 'polywire.conformance.v1.Case',
  borrows: false,
  write(m: CaseInit, w: ByteWriter): void {
    if (m.name !== undefined && m.name.length > 0) { w.uint32(10); w.string(m.name as never); }
    if (m.description !== undefined && m.description.length > 0) { w.uint32(18); w.string(m.description as never); }
    if (m.requirement) { w.uint32(24); w.int32(m.requirement as never); }
    if (m.features !== undefined) for (const x of m.features) { w.uint32(34); w.string(x as never); }
    if (m.steps !== undefined) for (const x of m.steps) { w.uint32(42); const k = w.fork(); StepCodec.write(x, w); w.join(k); }
  },
  read(r: ByteReader, into?: Case): Case {
    const m: Case = into ?? { name: '', description: '', requirement: 0, features: [], steps: [] };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.name = r.string() as never; break;
      case 18: m.description = r.string() as never; break;
      case 24: m.requirement = r.int32() as never; break;
      case 34: m.features.push(r.string() as never); break;
      case 42: m.steps.push(r.message(StepCodec)); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Case): void {
    if (!new RegExp("^[a-z0-9-]+$").test(m.name)) throw new WireError('invalid-field', 'name does not match (polywire.conformance.v1.Case.name)', 'polywire.conformance.v1.Case.name');
    for (const x of m.steps) StepCodec.check?.(x);
  },
};

export interface StepInit {
  readonly connection?: Step['connection'] | undefined;
  readonly action?: { readonly $case: 'open'; readonly value: OpenInit } | { readonly $case: 'call'; readonly value: CallInit } | { readonly $case: 'send'; readonly value: SendBytesInit } | { readonly $case: 'receive'; readonly value: ReceiveInit } | { readonly $case: 'close'; readonly value: CloseInit } | { readonly $case: 'wait'; readonly value: WaitInit } | undefined;
}
export const StepCodec: MessageCodec<Step, StepInit> = {
  typeName: 'polywire.conformance.v1.Step',
  borrows: false,
  write(m: StepInit, w: ByteWriter): void {
    if (m.connection) { w.uint32(8); w.uint32(m.connection as never); }
    if (m.action !== undefined) switch (m.action.$case) {
    case 'open': { w.uint32(18); const k = w.fork(); OpenCodec.write(m.action.value, w); w.join(k); break; }
    case 'call': { w.uint32(26); const k = w.fork(); CallCodec.write(m.action.value, w); w.join(k); break; }
    case 'send': { w.uint32(34); const k = w.fork(); SendBytesCodec.write(m.action.value, w); w.join(k); break; }
    case 'receive': { w.uint32(42); const k = w.fork(); ReceiveCodec.write(m.action.value, w); w.join(k); break; }
    case 'close': { w.uint32(50); const k = w.fork(); CloseCodec.write(m.action.value, w); w.join(k); break; }
    case 'wait': { w.uint32(58); const k = w.fork(); WaitCodec.write(m.action.value, w); w.join(k); break; }
    }
  },
  read(r: ByteReader, into?: Step): Step {
    const m: Step = into ?? { connection: 0, action: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.connection = r.uint32() as never; break;
      case 18: m.action = { $case: 'open', value: r.message(OpenCodec, m.action?.$case === 'open' ? m.action.value : undefined) } as any; break;
      case 26: m.action = { $case: 'call', value: r.message(CallCodec, m.action?.$case === 'call' ? m.action.value : undefined) } as any; break;
      case 34: m.action = { $case: 'send', value: r.message(SendBytesCodec, m.action?.$case === 'send' ? m.action.value : undefined) } as any; break;
      case 42: m.action = { $case: 'receive', value: r.message(ReceiveCodec, m.action?.$case === 'receive' ? m.action.value : undefined) } as any; break;
      case 50: m.action = { $case: 'close', value: r.message(CloseCodec, m.action?.$case === 'close' ? m.action.value : undefined) } as any; break;
      case 58: m.action = { $case: 'wait', value: r.message(WaitCodec, m.action?.$case === 'wait' ? m.action.value : undefined) } as any; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Step): void {
    if (m.action?.$case === 'open') OpenCodec.check?.(m.action.value);
    if (m.action?.$case === 'call') CallCodec.check?.(m.action.value);
    if (m.action?.$case === 'send') SendBytesCodec.check?.(m.action.value);
    if (m.action?.$case === 'receive') ReceiveCodec.check?.(m.action.value);
    if (m.action?.$case === 'close') CloseCodec.check?.(m.action.value);
    if (m.action?.$case === 'wait') WaitCodec.check?.(m.action.value);
  },
};

export interface OpenInit {
  readonly clientId?: Open['clientId'] | undefined;
  readonly raw?: Open['raw'] | undefined;
}
export const OpenCodec: MessageCodec<Open, OpenInit> = {
  typeName: 'polywire.conformance.v1.Open',
  borrows: false,
  write(m: OpenInit, w: ByteWriter): void {
    if (m.clientId !== undefined && m.clientId.length > 0) { w.uint32(10); w.string(m.clientId as never); }
    if (m.raw) { w.uint32(16); w.bool(m.raw as never); }
  },
  read(r: ByteReader, into?: Open): Open {
    const m: Open = into ?? { clientId: '', raw: false };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.clientId = r.string() as never; break;
      case 16: m.raw = r.bool() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface CallInit {
  readonly method?: Call['method'] | undefined;
  readonly requests?: readonly StructInit[] | undefined;
  readonly responses?: readonly StructInit[] | undefined;
  readonly error?: Call['error'] | undefined;
  readonly metadata?: Map<string, string> | undefined;
  readonly timeoutMs?: Call['timeoutMs'] | undefined;
  readonly cancelAfter?: Call['cancelAfter'] | undefined;
  readonly keepAs?: Call['keepAs'] | undefined;
  readonly expectFrom?: Call['expectFrom'] | undefined;
  readonly finish?: Call['finish'] | undefined;
  readonly withinMs?: Call['withinMs'] | undefined;
  readonly repeat?: Call['repeat'] | undefined;
  readonly errorContains?: StructInit | undefined;
}
export const CallCodec: MessageCodec<Call, CallInit> = {
  typeName: 'polywire.conformance.v1.Call',
  borrows: false,
  write(m: CallInit, w: ByteWriter): void {
    if (m.method !== undefined && m.method.length > 0) { w.uint32(10); w.string(m.method as never); }
    if (m.requests !== undefined) for (const x of m.requests) { w.uint32(18); const k = w.fork(); StructCodec.write(x, w); w.join(k); }
    if (m.responses !== undefined) for (const x of m.responses) { w.uint32(26); const k = w.fork(); StructCodec.write(x, w); w.join(k); }
    if (m.error) { w.uint32(32); w.int32(m.error as never); }
    if (m.metadata !== undefined) for (const [key, value] of m.metadata) { w.uint32(42); const k = w.fork(); w.uint32(10); w.string(key); w.uint32(18); w.string(value as string); w.join(k); }
    if (m.timeoutMs) { w.uint32(48); w.uint32(m.timeoutMs as never); }
    if (m.cancelAfter !== undefined) { w.uint32(56); w.uint32(m.cancelAfter as never); }
    if (m.keepAs !== undefined && m.keepAs.length > 0) { w.uint32(66); w.string(m.keepAs as never); }
    if (m.expectFrom !== undefined && m.expectFrom.length > 0) { w.uint32(74); w.string(m.expectFrom as never); }
    if (m.finish) { w.uint32(80); w.bool(m.finish as never); }
    if (m.withinMs) { w.uint32(88); w.uint32(m.withinMs as never); }
    if (m.repeat) { w.uint32(96); w.uint32(m.repeat as never); }
    if (m.errorContains !== undefined) { w.uint32(106); const k = w.fork(); StructCodec.write(m.errorContains, w); w.join(k); }
  },
  read(r: ByteReader, into?: Call): Call {
    const m: Call = into ?? { method: '', requests: [], responses: [], error: 0, metadata: new Map(), timeoutMs: 0, cancelAfter: undefined, keepAs: '', expectFrom: '', finish: false, withinMs: 0, repeat: 0, errorContains: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.method = r.string() as never; break;
      case 18: m.requests.push(r.message(StructCodec)); break;
      case 26: m.responses.push(r.message(StructCodec)); break;
      case 32: m.error = r.int32() as never; break;
      case 42: { const o = r.enter(); let key = ''; let value: any = ''; while (r.pos < r.end) { const t = r.tag(); if (t === 10) key = r.string(); else if (t === 18) value = r.string(); else r.skip(t); } r.leave(o); m.metadata.set(key, value); break; }
      case 48: m.timeoutMs = r.uint32() as never; break;
      case 56: m.cancelAfter = r.uint32() as never; break;
      case 66: m.keepAs = r.string() as never; break;
      case 74: m.expectFrom = r.string() as never; break;
      case 80: m.finish = r.bool() as never; break;
      case 88: m.withinMs = r.uint32() as never; break;
      case 96: m.repeat = r.uint32() as never; break;
      case 106: m.errorContains = r.message(StructCodec, m.errorContains); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Call): void {
    for (const x of m.requests) StructCodec.check?.(x);
    for (const x of m.responses) StructCodec.check?.(x);
    if (m.errorContains !== undefined) StructCodec.check?.(m.errorContains);
  },
};

export interface SendBytesInit {
  readonly hex?: SendBytes['hex'] | undefined;
  readonly split?: SendBytes['split'] | undefined;
  readonly text?: SendBytes['text'] | undefined;
}
export const SendBytesCodec: MessageCodec<SendBytes, SendBytesInit> = {
  typeName: 'polywire.conformance.v1.SendBytes',
  borrows: false,
  write(m: SendBytesInit, w: ByteWriter): void {
    if (m.hex !== undefined && m.hex.length > 0) { w.uint32(10); w.string(m.hex as never); }
    if (m.split) { w.uint32(16); w.bool(m.split as never); }
    if (m.text) { w.uint32(24); w.bool(m.text as never); }
  },
  read(r: ByteReader, into?: SendBytes): SendBytes {
    const m: SendBytes = into ?? { hex: '', split: false, text: false };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.hex = r.string() as never; break;
      case 16: m.split = r.bool() as never; break;
      case 24: m.text = r.bool() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface ReceiveInit {
  readonly hex?: Receive['hex'] | undefined;
  readonly error?: Receive['error'] | undefined;
  readonly closed?: Receive['closed'] | undefined;
  readonly nothingForMs?: Receive['nothingForMs'] | undefined;
  readonly closeCode?: Receive['closeCode'] | undefined;
  readonly messageId?: Receive['messageId'] | undefined;
  readonly type?: Receive['type'] | undefined;
  readonly message?: StructInit | undefined;
}
export const ReceiveCodec: MessageCodec<Receive, ReceiveInit> = {
  typeName: 'polywire.conformance.v1.Receive',
  borrows: false,
  write(m: ReceiveInit, w: ByteWriter): void {
    if (m.hex !== undefined && m.hex.length > 0) { w.uint32(10); w.string(m.hex as never); }
    if (m.error) { w.uint32(16); w.int32(m.error as never); }
    if (m.closed) { w.uint32(24); w.bool(m.closed as never); }
    if (m.nothingForMs) { w.uint32(32); w.uint32(m.nothingForMs as never); }
    if (m.closeCode) { w.uint32(40); w.uint32(m.closeCode as never); }
    if (m.messageId !== undefined) { w.uint32(48); w.uint32(m.messageId as never); }
    if (m.type !== undefined && m.type.length > 0) { w.uint32(58); w.string(m.type as never); }
    if (m.message !== undefined) { w.uint32(66); const k = w.fork(); StructCodec.write(m.message, w); w.join(k); }
  },
  read(r: ByteReader, into?: Receive): Receive {
    const m: Receive = into ?? { hex: '', error: 0, closed: false, nothingForMs: 0, closeCode: 0, messageId: undefined, type: '', message: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.hex = r.string() as never; break;
      case 16: m.error = r.int32() as never; break;
      case 24: m.closed = r.bool() as never; break;
      case 32: m.nothingForMs = r.uint32() as never; break;
      case 40: m.closeCode = r.uint32() as never; break;
      case 48: m.messageId = r.uint32() as never; break;
      case 58: m.type = r.string() as never; break;
      case 66: m.message = r.message(StructCodec, m.message); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Receive): void {
    if (m.message !== undefined) StructCodec.check?.(m.message);
  },
};

export interface CloseInit {
}
export const CloseCodec: MessageCodec<Close, CloseInit> = {
  typeName: 'polywire.conformance.v1.Close',
  borrows: false,
  write(m: CloseInit, w: ByteWriter): void {
    void m; void w;
  },
  read(r: ByteReader, into?: Close): Close {
    const m: Close = into ?? {  };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      default: r.skip(t); } }
    return m;
  },
};

export interface WaitInit {
  readonly forMs?: Wait['forMs'] | undefined;
}
export const WaitCodec: MessageCodec<Wait, WaitInit> = {
  typeName: 'polywire.conformance.v1.Wait',
  borrows: false,
  write(m: WaitInit, w: ByteWriter): void {
    if (m.forMs) { w.uint32(8); w.uint32(m.forMs as never); }
  },
  read(r: ByteReader, into?: Wait): Wait {
    const m: Wait = into ?? { forMs: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.forMs = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface RunConfigInit {
  readonly target?: RunConfig['target'] | undefined;
  readonly features?: RunConfig['features'] | undefined;
  readonly only?: RunConfig['only'] | undefined;
  readonly mustFail?: RunConfig['mustFail'] | undefined;
  readonly strict?: RunConfig['strict'] | undefined;
}
export const RunConfigCodec: MessageCodec<RunConfig, RunConfigInit> = {
  typeName: 'polywire.conformance.v1.RunConfig',
  borrows: false,
  write(m: RunConfigInit, w: ByteWriter): void {
    if (m.target !== undefined && m.target.length > 0) { w.uint32(10); w.string(m.target as never); }
    if (m.features !== undefined) for (const x of m.features) { w.uint32(18); w.string(x as never); }
    if (m.only !== undefined) for (const x of m.only) { w.uint32(26); w.string(x as never); }
    if (m.mustFail !== undefined) for (const x of m.mustFail) { w.uint32(34); w.string(x as never); }
    if (m.strict) { w.uint32(40); w.bool(m.strict as never); }
  },
  read(r: ByteReader, into?: RunConfig): RunConfig {
    const m: RunConfig = into ?? { target: '', features: [], only: [], mustFail: [], strict: false };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.target = r.string() as never; break;
      case 18: m.features.push(r.string() as never); break;
      case 26: m.only.push(r.string() as never); break;
      case 34: m.mustFail.push(r.string() as never); break;
      case 40: m.strict = r.bool() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface CaseResultInit {
  readonly path?: CaseResult['path'] | undefined;
  readonly requirement?: CaseResult['requirement'] | undefined;
  readonly verdict?: CaseResult['verdict'] | undefined;
  readonly text?: CaseResult['text'] | undefined;
  readonly elapsedMs?: CaseResult['elapsedMs'] | undefined;
  readonly trace?: CaseResult['trace'] | undefined;
}
export const CaseResultCodec: MessageCodec<CaseResult, CaseResultInit> = {
  typeName: 'polywire.conformance.v1.CaseResult',
  borrows: false,
  write(m: CaseResultInit, w: ByteWriter): void {
    if (m.path !== undefined && m.path.length > 0) { w.uint32(10); w.string(m.path as never); }
    if (m.requirement) { w.uint32(16); w.int32(m.requirement as never); }
    if (m.verdict) { w.uint32(24); w.int32(m.verdict as never); }
    if (m.text !== undefined && m.text.length > 0) { w.uint32(34); w.string(m.text as never); }
    if (m.elapsedMs) { w.uint32(40); w.uint32(m.elapsedMs as never); }
    if (m.trace !== undefined) for (const x of m.trace) { w.uint32(50); w.string(x as never); }
  },
  read(r: ByteReader, into?: CaseResult): CaseResult {
    const m: CaseResult = into ?? { path: '', requirement: 0, verdict: 0, text: '', elapsedMs: 0, trace: [] };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.path = r.string() as never; break;
      case 16: m.requirement = r.int32() as never; break;
      case 24: m.verdict = r.int32() as never; break;
      case 34: m.text = r.string() as never; break;
      case 40: m.elapsedMs = r.uint32() as never; break;
      case 50: m.trace.push(r.string() as never); break;
      default: r.skip(t); } }
    return m;
  },
};

export interface RunResultInit {
  readonly target?: RunResult['target'] | undefined;
  readonly agent?: RunResult['agent'] | undefined;
  readonly cases?: readonly CaseResultInit[] | undefined;
  readonly passed?: RunResult['passed'] | undefined;
  readonly failed?: RunResult['failed'] | undefined;
  readonly skipped?: RunResult['skipped'] | undefined;
  readonly warned?: RunResult['warned'] | undefined;
  readonly known?: RunResult['known'] | undefined;
}
export const RunResultCodec: MessageCodec<RunResult, RunResultInit> = {
  typeName: 'polywire.conformance.v1.RunResult',
  borrows: false,
  write(m: RunResultInit, w: ByteWriter): void {
    if (m.target !== undefined && m.target.length > 0) { w.uint32(10); w.string(m.target as never); }
    if (m.agent !== undefined && m.agent.length > 0) { w.uint32(18); w.string(m.agent as never); }
    if (m.cases !== undefined) for (const x of m.cases) { w.uint32(26); const k = w.fork(); CaseResultCodec.write(x, w); w.join(k); }
    if (m.passed) { w.uint32(32); w.uint32(m.passed as never); }
    if (m.failed) { w.uint32(40); w.uint32(m.failed as never); }
    if (m.skipped) { w.uint32(48); w.uint32(m.skipped as never); }
    if (m.warned) { w.uint32(56); w.uint32(m.warned as never); }
    if (m.known) { w.uint32(64); w.uint32(m.known as never); }
  },
  read(r: ByteReader, into?: RunResult): RunResult {
    const m: RunResult = into ?? { target: '', agent: '', cases: [], passed: 0, failed: 0, skipped: 0, warned: 0, known: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.target = r.string() as never; break;
      case 18: m.agent = r.string() as never; break;
      case 26: m.cases.push(r.message(CaseResultCodec)); break;
      case 32: m.passed = r.uint32() as never; break;
      case 40: m.failed = r.uint32() as never; break;
      case 48: m.skipped = r.uint32() as never; break;
      case 56: m.warned = r.uint32() as never; break;
      case 64: m.known = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: RunResult): void {
    for (const x of m.cases) CaseResultCodec.check?.(x);
  },
};

export interface VectorInit {
  readonly name?: Vector['name'] | undefined;
  readonly type?: Vector['type'] | undefined;
  readonly form?: Vector['form'] | undefined;
  readonly hex?: Vector['hex'] | undefined;
  readonly json?: Vector['json'] | undefined;
  readonly canonical?: Vector['canonical'] | undefined;
  readonly error?: Vector['error'] | undefined;
}
export const VectorCodec: MessageCodec<Vector, VectorInit> = {
  typeName: 'polywire.conformance.v1.Vector',
  borrows: false,
  write(m: VectorInit, w: ByteWriter): void {
    if (m.name !== undefined && m.name.length > 0) { w.uint32(10); w.string(m.name as never); }
    if (m.type !== undefined && m.type.length > 0) { w.uint32(18); w.string(m.type as never); }
    if (m.form !== undefined && m.form.length > 0) { w.uint32(26); w.string(m.form as never); }
    if (m.hex !== undefined && m.hex.length > 0) { w.uint32(34); w.string(m.hex as never); }
    if (m.json !== undefined && m.json.length > 0) { w.uint32(42); w.string(m.json as never); }
    if (m.canonical) { w.uint32(48); w.bool(m.canonical as never); }
    if (m.error) { w.uint32(56); w.int32(m.error as never); }
  },
  read(r: ByteReader, into?: Vector): Vector {
    const m: Vector = into ?? { name: '', type: '', form: '', hex: '', json: '', canonical: false, error: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.name = r.string() as never; break;
      case 18: m.type = r.string() as never; break;
      case 26: m.form = r.string() as never; break;
      case 34: m.hex = r.string() as never; break;
      case 42: m.json = r.string() as never; break;
      case 48: m.canonical = r.bool() as never; break;
      case 56: m.error = r.int32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface CodecRequestInit {
  readonly id?: CodecRequest['id'] | undefined;
  readonly type?: CodecRequest['type'] | undefined;
  readonly form?: CodecRequest['form'] | undefined;
  readonly action?: { readonly $case: 'decode'; readonly value: Uint8Array } | { readonly $case: 'encode'; readonly value: string } | undefined;
}
export const CodecRequestCodec: MessageCodec<CodecRequest, CodecRequestInit> = {
  typeName: 'polywire.conformance.v1.CodecRequest',
  borrows: true,
  write(m: CodecRequestInit, w: ByteWriter): void {
    if (m.id) { w.uint32(8); w.uint32(m.id as never); }
    if (m.type !== undefined && m.type.length > 0) { w.uint32(18); w.string(m.type as never); }
    if (m.form !== undefined && m.form.length > 0) { w.uint32(26); w.string(m.form as never); }
    if (m.action !== undefined) switch (m.action.$case) {
    case 'decode': w.uint32(34); w.bytes(m.action.value as never); break;
    case 'encode': w.uint32(42); w.string(m.action.value as never); break;
    }
  },
  read(r: ByteReader, into?: CodecRequest): CodecRequest {
    const m: CodecRequest = into ?? { id: 0, type: '', form: '', action: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.id = r.uint32() as never; break;
      case 18: m.type = r.string() as never; break;
      case 26: m.form = r.string() as never; break;
      case 34: m.action = { $case: 'decode', value: r.bytes() } as any; break;
      case 42: m.action = { $case: 'encode', value: r.string() } as any; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface CodecResponseInit {
  readonly id?: CodecResponse['id'] | undefined;
  readonly outcome?: { readonly $case: 'json'; readonly value: string } | { readonly $case: 'bytes'; readonly value: Uint8Array } | { readonly $case: 'error'; readonly value: any } | { readonly $case: 'unsupported'; readonly value: string } | undefined;
}
export const CodecResponseCodec: MessageCodec<CodecResponse, CodecResponseInit> = {
  typeName: 'polywire.conformance.v1.CodecResponse',
  borrows: true,
  write(m: CodecResponseInit, w: ByteWriter): void {
    if (m.id) { w.uint32(8); w.uint32(m.id as never); }
    if (m.outcome !== undefined) switch (m.outcome.$case) {
    case 'json': w.uint32(18); w.string(m.outcome.value as never); break;
    case 'bytes': w.uint32(26); w.bytes(m.outcome.value as never); break;
    case 'error': w.uint32(32); w.int32(m.outcome.value as never); break;
    case 'unsupported': w.uint32(42); w.string(m.outcome.value as never); break;
    }
  },
  read(r: ByteReader, into?: CodecResponse): CodecResponse {
    const m: CodecResponse = into ?? { id: 0, outcome: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.id = r.uint32() as never; break;
      case 18: m.outcome = { $case: 'json', value: r.string() } as any; break;
      case 26: m.outcome = { $case: 'bytes', value: r.bytes() } as any; break;
      case 32: m.outcome = { $case: 'error', value: r.int32() } as any; break;
      case 42: m.outcome = { $case: 'unsupported', value: r.string() } as any; break;
      default: r.skip(t); } }
    return m;
  },
};
