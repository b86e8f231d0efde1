/** A close frame has room for this much UTF-8. */
const MAX_REASON_BYTES = 123;

/** A reason that a close frame has room for: longer ones lose their end, never half a character. */
export function clipReason(reason: string): string {
  if (reason.length <= MAX_REASON_BYTES / 3) return reason;
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(MAX_REASON_BYTES));
  return reason.slice(0, read);
}
