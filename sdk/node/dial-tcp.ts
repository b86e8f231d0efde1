import { connect } from 'node:net';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { Dial, Link } from '../client/dialer.js';
import { PolywireError } from '../core/index.js';
import { unavailable } from './unavailable.js';

const KEEP_ALIVE_MS = 60_000;
const DEFAULT_PORT = 8001;

/** Dials `tcp://host:port`. */
export const dialTcp: Dial = (url, options, handler) =>
  new Promise((resolve, reject) => {
    const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
    let failure: PolywireError | undefined;
    let connected = false;

    const fail = (error: PolywireError): void => {
      failure ??= error;
      socket.destroy();
    };
    const onAbort = (): void =>
      fail(new PolywireError(ErrorCode.CANCELLED, 'connecting was withdrawn', { cause: options.signal?.reason }));
    const timer = setTimeout(
      () => fail(unavailable(url, `no connection within ${options.timeoutMs} ms`)),
      options.timeoutMs,
    );
    const settle = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    };
    if (options.signal?.aborted === true) onAbort();
    options.signal?.addEventListener('abort', onAbort, { once: true });

    const link: Link = {
      framed: false,
      send: (bytes) => (socket.writable ? socket.write(Buffer.from(bytes)) : true),
      close: () => socket.end(),
    };
    socket.on('connect', () => {
      connected = true;
      settle();
      resolve(link);
    });
    socket.on('data', (bytes) => handler.onBytes(bytes));
    socket.on('drain', () => handler.onWritable());
    socket.on('error', (error) => fail(unavailable(url, error.message, error)));
    socket.on('close', () => {
      settle();
      const reason = failure ?? unavailable(url, 'the connection ended');
      if (connected) handler.onClose(reason);
      else reject(reason);
    });
  });
