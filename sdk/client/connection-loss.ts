import type { PolywireError } from '../core/index.js';
import type { ConnectionEnd } from './connection-end.js';

/** Why a connection ended, or did not come about, and whether another try makes sense. */
export interface ConnectionLoss {
  readonly error: PolywireError;
  /** Another try would end in the same way. */
  readonly final: boolean;
}

const FIRST_FINAL_CLOSE_CODE = 3500;
const LAST_FINAL_CLOSE_CODE = 3999;

export function lossOf({ error, closeCode = error.closeCode }: ConnectionEnd): ConnectionLoss {
  return { error, final: closeCode >= FIRST_FINAL_CLOSE_CODE && closeCode <= LAST_FINAL_CLOSE_CODE };
}
