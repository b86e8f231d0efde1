import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { PolywireError } from '@polywire/sdk/core';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Checks a value before it is stored and returns the kind to store it as.
 * @throws PolywireError VALUE_TOO_LARGE, INVALID_UTF8 for text that is not, INVALID_ARGUMENT for a
 * kind that the schema does not know
 */
export function checkValue(value: Uint8Array, kind: ValueKind, maxValueBytes: number): ValueKind {
  if (value.length > maxValueBytes) {
    throw new PolywireError(
      ErrorCode.VALUE_TOO_LARGE,
      `the value is ${value.length} bytes; the limit is ${maxValueBytes} (limits.max_value_bytes)`,
      { details: { field: 'value', length: String(value.length), limit: String(maxValueBytes) } },
    );
  }
  switch (kind) {
    case ValueKind.UNSPECIFIED:
    case ValueKind.BYTES:
      return ValueKind.BYTES;
    case ValueKind.TEXT:
      try {
        utf8.decode(value);
      } catch {
        throw new PolywireError(ErrorCode.INVALID_UTF8, 'the value is said to be text, but it is not valid UTF-8', {
          details: { field: 'value' },
        });
      }
      return ValueKind.TEXT;
    default:
      throw new PolywireError(ErrorCode.INVALID_ARGUMENT, `value kind ${kind} is not known`, {
        details: { field: 'kind' },
      });
  }
}
