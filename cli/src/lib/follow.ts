import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

/**
 * Reads a stream of events until it ends, until `onEvent` says that it is enough, or until Ctrl-C
 * or SIGTERM, which end it without an error.
 *
 * @param begin starts the stream, which must end when the signal is aborted
 * @param onEvent returns true to stop
 */
export async function follow<T>(
  begin: (signal: AbortSignal) => AsyncIterable<T>,
  onEvent: (event: T) => Promise<boolean>,
): Promise<void> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    for await (const event of begin(interrupt.signal)) {
      if (await onEvent(event)) return;
    }
  } catch (thrown) {
    const isOurs = interrupt.signal.aborted && PolywireError.is(thrown) && thrown.code === ErrorCode.CANCELLED;
    if (!isOurs) throw thrown;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
