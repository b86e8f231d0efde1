import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

/** The failure of a command whose key is not there. */
export function missingKey(key: string): PolywireError {
  return new PolywireError(ErrorCode.NOT_FOUND, `${JSON.stringify(key)} is not there`, { details: { key } });
}
