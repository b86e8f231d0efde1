import type { ConnectionOptions } from 'node:tls';
import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { WebSocket } from 'ws';
import type { Dial, DialOptions, Link, LinkHandler } from '../client/dialer.js';
import { PolywireError } from '../core/index.js';
import { connectionOptions, type TlsOptions } from './tls-options.js';
import { socketFailure, unavailable } from './unavailable.js';

const PROTOCOL = 'polywire.v1';
/** Bytes that may wait in the socket before optional work is held back. */
const HIGH_WATER_BYTES = 262_144;
const MAX_MESSAGE_BYTES = 33_554_432;

/** Dials `ws://`, and `wss://` with what TLS needs. */
export function dialWebSocket(tls: TlsOptions): Dial {
  return (url, options, handler) => open(url, url.protocol === 'wss:' ? connectionOptions(tls) : {}, options, handler);
}

function open(url: URL, tls: ConnectionOptions, options: DialOptions, handler: LinkHandler): Promise<Link> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, PROTOCOL, {
      perMessageDeflate: false,
      handshakeTimeout: options.timeoutMs,
      maxPayload: MAX_MESSAGE_BYTES,
      ...tls,
    });
    socket.binaryType = 'nodebuffer';
    let failure: PolywireError | undefined;
    let connected = false;
    let full = false;

    const onAbort = (): void => {
      failure ??= new PolywireError(ErrorCode.CANCELLED, 'connecting was withdrawn', { cause: options.signal?.reason });
      socket.terminate();
    };
    options.signal?.addEventListener('abort', onAbort, { once: true });

    const onSent = (): void => {
      if (!full || socket.bufferedAmount > 0) return;
      full = false;
      handler.onWritable();
    };
    const link: Link = {
      send: (bytes) => {
        if (socket.readyState !== WebSocket.OPEN) return true;
        // ws masks in place: it must have a copy of its own.
        socket.send(Buffer.from(bytes), onSent);
        full = socket.bufferedAmount > HIGH_WATER_BYTES;
        return !full;
      },
      close: () => socket.close(1000),
      destroy: () => socket.terminate(),
    };
    socket.on('open', () => {
      connected = true;
      options.signal?.removeEventListener('abort', onAbort);
      resolve(link);
    });
    socket.on('message', (data) => handler.onBytes(data as Buffer));
    socket.on('error', (error) => {
      failure ??= socketFailure(url, error);
    });
    socket.on('close', (code, reason) => {
      options.signal?.removeEventListener('abort', onAbort);
      const text = reason.length > 0 ? reason.toString() : `close code ${code}`;
      const error = failure ?? unavailable(url, `the connection ended: ${text}`);
      if (connected) handler.onClose(error, code);
      else reject(error);
    });
    if (options.signal?.aborted === true) onAbort();
  });
}
