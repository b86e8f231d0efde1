import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import type { Dial, Link } from '../client/dialer.js';
import { PolywireError } from '../core/index.js';

const PROTOCOL = 'polywire.v1';
const HEARTBEAT_LOST = 3046;
/** Bytes that may wait in the socket before optional work is held back. */
const HIGH_WATER_BYTES = 262_144;
/** A browser does not say when its buffer is empty, so it is looked at. */
const LOOK_EVERY_MS = 20;

/** Dials `ws://` and `wss://` with the browser's own WebSocket. */
export const dialWebSocket: Dial = (url, options, handler) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, PROTOCOL);
    socket.binaryType = 'arraybuffer';
    let failure: PolywireError | undefined;
    let connected = false;
    let looking = false;

    const unavailable = (what: string): PolywireError =>
      new PolywireError(ErrorCode.UNAVAILABLE, `${url.protocol}//${url.host}: ${what}`);
    const fail = (error: PolywireError): void => {
      failure ??= error;
      socket.close();
    };
    const onAbort = (): void =>
      fail(new PolywireError(ErrorCode.CANCELLED, 'connecting was withdrawn', { cause: options.signal?.reason }));
    const timer = setTimeout(
      () => fail(unavailable(`no connection within ${options.timeoutMs} ms`)),
      options.timeoutMs,
    );
    const settle = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    };
    options.signal?.addEventListener('abort', onAbort, { once: true });

    const look = (): void => {
      if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount > 0) {
        setTimeout(look, LOOK_EVERY_MS);
        return;
      }
      looking = false;
      handler.onWritable();
    };
    const link: Link = {
      send: (bytes) => {
        if (socket.readyState !== WebSocket.OPEN) return true;
        socket.send(bytes as Uint8Array<ArrayBuffer>);
        if (socket.bufferedAmount <= HIGH_WATER_BYTES) return true;
        if (!looking) setTimeout(look, LOOK_EVERY_MS);
        looking = true;
        return false;
      },
      close: () => socket.close(1000),
      // A browser has nothing harder. Not 1000: the session shall outlive this connection.
      destroy: () => socket.close(HEARTBEAT_LOST),
    };
    socket.onopen = () => {
      connected = true;
      settle();
      resolve(link);
    };
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (event.data instanceof ArrayBuffer) handler.onBytes(new Uint8Array(event.data));
    };
    socket.onclose = (event) => {
      settle();
      const text = event.reason === '' ? `close code ${event.code}` : event.reason;
      const error = failure ?? unavailable(connected ? `the connection ended: ${text}` : 'no server answers there');
      if (connected) handler.onClose(error, event.code);
      else reject(error);
    };
    if (options.signal?.aborted === true) onAbort();
  });
