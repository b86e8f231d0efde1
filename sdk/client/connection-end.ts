import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { PolywireError } from '../core/index.js';

/** Why a connection ended, or did not come about. */
export interface ConnectionEnd {
  readonly error: PolywireError;
  /** What the server closed a WebSocket with; it rules over the error's own. */
  readonly closeCode?: number | undefined;
}

export function endOf(thrown: unknown, closed?: number): ConnectionEnd {
  const error = PolywireError.from(thrown);
  const closeCode = error.code === ErrorCode.UNAVAILABLE ? closed : undefined;
  const said = closeCode && PolywireError.fromCloseCode(closeCode, error.message, error);
  return { error: said || error, closeCode };
}
