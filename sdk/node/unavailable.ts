import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '../core/index.js';

/** The error of a server that cannot be reached, or not any more. Names the address, never its query. */
export function unavailable(url: URL, what: string, cause?: unknown): PolywireError {
  return new PolywireError(ErrorCode.UNAVAILABLE, `${url.protocol}//${url.host}: ${what}`, { cause });
}
