import type { CallLink } from './call-link.js';
import type { IncomingCall } from './incoming-call.js';

/**
 * Sends what a handler yields as the items of its call, one read at a time: the next item is asked
 * for only when the connection has room. Ends the call when the iterable ends. When the call ends
 * first, the iterable is returned to the handler (its `finally` blocks run).
 */
export function sendStream(
  link: CallLink,
  call: IncomingCall,
  iterable: AsyncIterable<unknown>,
  onFailure: (thrown: unknown) => void,
): void {
  const iterator = iterable[Symbol.asyncIterator]();
  call.stop = () => {
    iterator.return?.().then(undefined, () => {
      // The call has ended: what its cleanup throws has nowhere to go.
    });
  };
  pump(link, call, iterator).catch(onFailure);
}

async function pump(link: CallLink, call: IncomingCall, iterator: AsyncIterator<unknown>): Promise<void> {
  for (;;) {
    const result = await iterator.next();
    if (call.ended) return;
    if (result.done === true) {
      call.stop = undefined;
      call.endStream();
      return;
    }
    call.writeItem(result.value);
    const room = link.room();
    if (room !== undefined) await room;
    if (call.ended) return;
  }
}
