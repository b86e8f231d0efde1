import { errorTable } from '@polywire/protocol/errors';
import type { PolywireError } from './error.js';

/**
 * What to do about an error, one sentence. Apart from the error itself, so that a browser loads these texts only
 * when it shows them.
 */
export function hintOf(error: PolywireError): string {
  return errorTable[error.code]?.hint ?? 'Upgrade: the peer knows error codes that this side does not.';
}
