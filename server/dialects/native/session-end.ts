import { PolywireError } from '@polywire/sdk/core';

export const NORMAL_CLOSE_CODE = 1000;
/** From here to 3999 a close code says that there is no point in coming back. */
const FIRST_FINAL_CLOSE_CODE = 3500;
const LAST_FINAL_CLOSE_CODE = 3999;

/** Whether a close code says that there is no point in coming back. */
export function isFinalCode(closeCode: number): boolean {
  return closeCode >= FIRST_FINAL_CLOSE_CODE && closeCode <= LAST_FINAL_CLOSE_CODE;
}

/** Whether a session is over with a connection that ended so: its client does not come back. */
export function endsSession(closeCode: number, transport: string): boolean {
  // The end of a TCP stream tells nothing: the system sends it for a process that was killed, too.
  if (closeCode === NORMAL_CLOSE_CODE) return transport !== 'tcp';
  return isFinalCode(closeCode);
}

/** What a client has to be told in a packet: only WebSocket has close codes. Undefined: it may come back, or sees the code. */
export function farewellError(closeCode: number, reason: string, transport: string): PolywireError | undefined {
  if (closeCode < FIRST_FINAL_CLOSE_CODE || transport === 'ws') return undefined;
  return PolywireError.fromCloseCode(closeCode, reason);
}
