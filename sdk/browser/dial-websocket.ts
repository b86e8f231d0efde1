import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import type { Dial } from '../client/dialer.js';
import { PolywireError } from '../core/index.js';

/** `readyState` of a WebSocket. */
const OPEN = 1;
const PROTOCOL = 'polywire.v1';
const HEARTBEAT_LOST = 3046;
/** Bytes that may wait in the socket before optional work is held back. */
const HIGH_WATER_BYTES = 262_144;
/** A browser does not say when its buffer is empty, so it is looked at. */
const LOOK_EVERY_MS = 20;

/** Dials `ws://` and `wss://` with the browser's own WebSocket. */
export const dialWebSocket: Dial = (url, { timeoutMs, signal }, handler) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, PROTOCOL);
    let failure: PolywireError | undefined;
    let connected = false;
    let looking = false;

    const isOpen = (): boolean => socket.readyState === OPEN;
    const fail = (error: PolywireError): void => {
      failure ??= error;
      socket.close();
    };
    const unavailable = (what: string): PolywireError =>
      new PolywireError(ErrorCode.UNAVAILABLE, `${url.origin}: ${what}`);
    const onAbort = (): void =>
      fail(new PolywireError(ErrorCode.CANCELLED, 'connecting was withdrawn', { cause: signal?.reason }));
    const timer = setTimeout(() => fail(unavailable(`no connection within ${timeoutMs} ms`)), timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const look = (): void => {
      looking = isOpen() && socket.bufferedAmount > 0;
      if (looking) setTimeout(look, LOOK_EVERY_MS);
      else handler.onWritable();
    };

    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      connected = true;
      settle();
      resolve({
        send: (bytes) => {
          if (!isOpen()) return true;
          socket.send(bytes as Uint8Array<ArrayBuffer>);
          if (socket.bufferedAmount <= HIGH_WATER_BYTES) return true;
          if (!looking) setTimeout(look, LOOK_EVERY_MS);
          looking = true;
          return false;
        },
        close: () => socket.close(1000),
        // A browser has nothing harder. Not 1000: the session shall outlive this connection.
        destroy: () => socket.close(HEARTBEAT_LOST),
      });
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) handler.onBytes(new Uint8Array(data));
    };
    socket.onclose = ({ reason, code }) => {
      settle();
      const end = connected ? `the connection ended: ${reason || `close code ${code}`}` : 'no server answers there';
      const error = failure ?? unavailable(end);
      if (connected) handler.onClose(error, code);
      else reject(error);
    };
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted === true) onAbort();
  });
