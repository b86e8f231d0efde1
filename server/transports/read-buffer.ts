import { Socket, type SocketConstructorOpts } from 'node:net';

/** What Node reads at most at a time. */
const BUFFER_BYTES = 65_536;
const KEPT_VIEWS = 64;

/** All sockets read into it: a read is dealt with before the next one begins, on whatever socket. */
const buffer = new Uint8Array(BUFFER_BYTES);
/** Views of its beginning, by length: requests of one kind often have the same. */
const views: (Uint8Array | undefined)[] = new Array(KEPT_VIEWS).fill(undefined);

/** The one part of a handle that Node's `onread` needs, which is not in the types. */
interface Handle {
  readonly useUserBuffer?: unknown;
}

/**
 * Lets an accepted socket read into memory that all sockets share, instead of a buffer of its own for each
 * read: making that buffer takes longer than the read itself.
 *
 * Node offers this (`onread`) for sockets that connect only, so the connection is handed over to a socket that
 * is made for it. Where a release of Node cannot do that, the socket reads as always.
 *
 * @param accepted of a server with `pauseOnConnect`: nothing was read yet. Not to be used afterwards.
 * @param highWaterMark bytes above which the new socket's `write` returns false and `drain` follows
 * @param onBytes called with what arrives, borrowed until it returns
 * @returns the socket to use
 */
export function readShared(accepted: Socket, highWaterMark: number, onBytes: (bytes: Uint8Array) => void): Socket {
  const owner = accepted as unknown as { _handle: Handle | null };
  const handle = owner._handle;
  if (typeof handle?.useUserBuffer !== 'function') {
    accepted.on('data', onBytes);
    return accepted.resume();
  }
  const options = {
    handle,
    allowHalfOpen: accepted.allowHalfOpen,
    highWaterMark,
    onread: {
      buffer,
      callback: (length: number) => {
        onBytes(viewOf(length));
        return true;
      },
    },
  };
  const socket = new Socket(options as SocketConstructorOpts);
  // Its server must not wait for it, and what it does must not reach the connection any more.
  owner._handle = null;
  accepted.destroy();
  return socket;
}

function viewOf(length: number): Uint8Array {
  const known = views[length % KEPT_VIEWS];
  if (known !== undefined && known.length === length) return known;
  const view = new Uint8Array(buffer.buffer, 0, length);
  views[length % KEPT_VIEWS] = view;
  return view;
}
