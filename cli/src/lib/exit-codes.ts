import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';

/** Exit codes of every command. Scripts may rely on them. */
export const ExitCode = {
  OK: 0,
  FAILURE: 1,
  USAGE: 2,
  NOT_FOUND: 3,
  UNREACHABLE: 4,
  CONFLICT: 5,
  REFUSED: 6,
  NOT_ALLOWED: 7,
  TIMEOUT: 8,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What each exit code means, as help and the reference say it. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  [ExitCode.OK]: 'Done. Commands that follow events also end with it at Ctrl-C.',
  [ExitCode.FAILURE]: 'Failed for another reason; the error says which.',
  [ExitCode.USAGE]: 'The command line, an address or a configuration is wrong.',
  [ExitCode.NOT_FOUND]: 'The key or name is not there.',
  [ExitCode.UNREACHABLE]: 'No connection, or the server is stopping or too busy: try again later.',
  [ExitCode.CONFLICT]: 'The present state does not allow it: a condition of the write is not met.',
  [ExitCode.REFUSED]: 'The request breaks a rule: a field, a limit or an encoding.',
  [ExitCode.NOT_ALLOWED]: 'The token is missing, not valid, or does not allow it.',
  [ExitCode.TIMEOUT]: 'No answer in time; whether a write took effect is not known.',
};

/** The exit code of every error code. The type makes the table complete. */
const exitCodes: Readonly<Record<ErrorCode, ExitCode>> = {
  [ErrorCode.UNSPECIFIED]: ExitCode.FAILURE,
  [ErrorCode.CANCELLED]: ExitCode.FAILURE,
  [ErrorCode.INTERNAL]: ExitCode.FAILURE,
  [ErrorCode.INVALID_ARGUMENT]: ExitCode.REFUSED,
  [ErrorCode.DEADLINE_EXCEEDED]: ExitCode.TIMEOUT,
  [ErrorCode.NOT_FOUND]: ExitCode.NOT_FOUND,
  [ErrorCode.ALREADY_EXISTS]: ExitCode.CONFLICT,
  [ErrorCode.PERMISSION_DENIED]: ExitCode.NOT_ALLOWED,
  [ErrorCode.RESOURCE_EXHAUSTED]: ExitCode.UNREACHABLE,
  [ErrorCode.FAILED_PRECONDITION]: ExitCode.CONFLICT,
  [ErrorCode.OUT_OF_RANGE]: ExitCode.CONFLICT,
  [ErrorCode.UNIMPLEMENTED]: ExitCode.FAILURE,
  [ErrorCode.UNAVAILABLE]: ExitCode.UNREACHABLE,
  [ErrorCode.UNAUTHENTICATED]: ExitCode.NOT_ALLOWED,
  [ErrorCode.MALFORMED_PACKET]: ExitCode.REFUSED,
  [ErrorCode.UNSUPPORTED_VERSION]: ExitCode.REFUSED,
  [ErrorCode.PACKET_TOO_LARGE]: ExitCode.REFUSED,
  [ErrorCode.MALFORMED_MESSAGE]: ExitCode.REFUSED,
  [ErrorCode.INVALID_UTF8]: ExitCode.REFUSED,
  [ErrorCode.UNKNOWN_SERVICE]: ExitCode.FAILURE,
  [ErrorCode.UNKNOWN_METHOD]: ExitCode.FAILURE,
  [ErrorCode.INVALID_MESSAGE_ID]: ExitCode.REFUSED,
  [ErrorCode.HELLO_REQUIRED]: ExitCode.FAILURE,
  [ErrorCode.HELLO_TIMEOUT]: ExitCode.UNREACHABLE,
  [ErrorCode.SLOW_CONSUMER]: ExitCode.UNREACHABLE,
  [ErrorCode.DRAINING]: ExitCode.UNREACHABLE,
  [ErrorCode.RATE_LIMITED]: ExitCode.UNREACHABLE,
  [ErrorCode.TOKEN_EXPIRED]: ExitCode.NOT_ALLOWED,
  [ErrorCode.HEARTBEAT_LOST]: ExitCode.UNREACHABLE,
  [ErrorCode.SESSION_TAKEN_OVER]: ExitCode.UNREACHABLE,
  [ErrorCode.KEY_TOO_LONG]: ExitCode.REFUSED,
  [ErrorCode.VALUE_TOO_LARGE]: ExitCode.REFUSED,
  [ErrorCode.REVISION_MISMATCH]: ExitCode.CONFLICT,
  [ErrorCode.NOT_AN_INTEGER]: ExitCode.CONFLICT,
  [ErrorCode.INTEGER_OVERFLOW]: ExitCode.CONFLICT,
  [ErrorCode.INVALID_CURSOR]: ExitCode.REFUSED,
  [ErrorCode.STORAGE_FAILED]: ExitCode.FAILURE,
  [ErrorCode.STORAGE_FULL]: ExitCode.FAILURE,
  [ErrorCode.NO_WORKER]: ExitCode.UNREACHABLE,
  [ErrorCode.WORKER_LOST]: ExitCode.UNREACHABLE,
  [ErrorCode.OUTCOME_UNKNOWN]: ExitCode.TIMEOUT,
  [ErrorCode.LOCK_LOST]: ExitCode.CONFLICT,
  [ErrorCode.CONFIG_INVALID]: ExitCode.USAGE,
  [ErrorCode.PORT_IN_USE]: ExitCode.FAILURE,
  [ErrorCode.INVALID_URL]: ExitCode.USAGE,
  [ErrorCode.SCHEMA_INVALID]: ExitCode.REFUSED,
};

/** The exit code for an error code; FAILURE for one that a newer peer sent. */
export function exitCodeOf(code: number): ExitCode {
  return exitCodes[code as ErrorCode] ?? ExitCode.FAILURE;
}

/** Which error codes lead to an exit code, by number. */
export function errorCodesOf(exitCode: ExitCode): number[] {
  return Object.keys(exitCodes)
    .map(Number)
    .filter((code) => code !== ErrorCode.UNSPECIFIED && exitCodeOf(code) === exitCode);
}
