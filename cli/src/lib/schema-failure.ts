import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

/**
 * The coded error of a failed compilation. What the compiler says names file, line and column; a
 * failure of the system, such as a full disk, stays what it is.
 */
export function schemaFailure(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || 'syscall' in thrown) return thrown;
  return new PolywireError(ErrorCode.SCHEMA_INVALID, thrown.message, { cause: thrown });
}
