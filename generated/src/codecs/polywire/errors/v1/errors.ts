import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type Error } from '../../../../messages/polywire/errors/v1/errors.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface ErrorInit {
  readonly code?: Error['code'] | undefined;
  readonly message?: Error['message'] | undefined;
  readonly details?: Map<string, string> | undefined;
  readonly retryAfterMs?: Error['retryAfterMs'] | undefined;
}
export const ErrorCodec: MessageCodec<Error, ErrorInit> = {
  typeName: 'polywire.errors.v1.Error',
  borrows: false,
  write(m: ErrorInit, w: ByteWriter): void {
    if (m.code) { w.uint32(8); w.int32(m.code as never); }
    if (m.message !== undefined && m.message.length > 0) { w.uint32(18); w.string(m.message as never); }
    if (m.details !== undefined) for (const [key, value] of m.details) { w.uint32(26); const k = w.fork(); w.uint32(10); w.string(key); w.uint32(18); w.string(value as string); w.join(k); }
    if (m.retryAfterMs) { w.uint32(32); w.uint32(m.retryAfterMs as never); }
  },
  read(r: ByteReader, into?: Error): Error {
    const m: Error = into ?? { code: 0, message: '', details: new Map(), retryAfterMs: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.code = r.int32() as never; break;
      case 18: m.message = r.string() as never; break;
      case 26: { const o = r.enter(); let key = ''; let value: any = ''; while (r.pos < r.end) { const t = r.tag(); if (t === 10) key = r.string(); else if (t === 18) value = r.string(); else r.skip(t); } r.leave(o); m.details.set(key, value); break; }
      case 32: m.retryAfterMs = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};
