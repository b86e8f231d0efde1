import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { PolywireError } from '../core/index.js';

/** Why a connection ended, or did not come about, and whether another try makes sense. */
export interface ConnectionLoss {
  readonly error: PolywireError;
  /** Another try would end in the same way. */
  readonly final: boolean;
}

const FIRST_FINAL_CLOSE_CODE = 3500;
const LAST_FINAL_CLOSE_CODE = 3999;

/**
 * @param closeCode what the server closed a WebSocket with; it rules over the error's own
 */
export function lossOf(thrown: unknown, closeCode?: number): ConnectionLoss {
  const error = PolywireError.from(thrown);
  const own = error.code === ErrorCode.UNAVAILABLE ? closeCode : undefined;
  const code = own ?? error.closeCode;
  const said = own === undefined ? undefined : PolywireError.fromCloseCode(own, error.message, error);
  return { error: said ?? error, final: code >= FIRST_FINAL_CLOSE_CODE && code <= LAST_FINAL_CLOSE_CODE };
}
