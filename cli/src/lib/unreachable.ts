import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

/** The failure of a command that cannot begin because nothing answers as it should. */
export function unreachable(cause: Error): PolywireError {
  return new PolywireError(ErrorCode.UNAVAILABLE, cause.message, { cause });
}
