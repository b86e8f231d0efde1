import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

/** Puts into words why an address cannot be listened on. */
export function listenFailure(host: string, port: number, cause: NodeJS.ErrnoException): PolywireError {
  const details = { host, port: String(port) };
  if (cause.code === 'EADDRINUSE') {
    return new PolywireError(
      ErrorCode.PORT_IN_USE,
      `port ${port} on ${host} is in use; stop the other program, or change the port of this listener`,
      { details, cause },
    );
  }
  return new PolywireError(
    ErrorCode.CONFIG_INVALID,
    `cannot listen on port ${port} of ${host} (${cause.code ?? cause.message}); change the host or the port of this listener`,
    { details, cause },
  );
}
