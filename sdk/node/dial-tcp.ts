import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { type Dial, type DialOptions, type Link, type LinkHandler, MAX_PAYLOAD_BYTES } from '../client/dialer.js';
import { PacketDecoder, PolywireError } from '../core/index.js';
import { connectionOptions, type TlsOptions } from './tls-options.js';
import { socketFailure, unavailable } from './unavailable.js';

const DEFAULT_PORT = 8001;

export interface TcpOptions {
  /** Sends small packets at once instead of waiting for more. Default: true. */
  readonly noDelay?: boolean;
  /** Milliseconds of silence after which the system asks whether the other side is there. 0: never. Default: 60,000. */
  readonly keepAliveMs?: number;
}

/** Dials `tcp://host:port`. */
export function dialTcp(tcp: TcpOptions): Dial {
  return (url, options, handler) => useSocket(connect(target(url, tcp)), 'connect', url, options, handler);
}

/** Dials `tcps://host:port`: the same over TLS. */
export function dialTcps(tls: TlsOptions, tcp: TcpOptions): Dial {
  return (url, options, handler) => {
    const { host, ...rest } = target(url, tcp);
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket = connectTls({ host, ...rest, ...servername, ...connectionOptions(tls) });
    return useSocket(socket, 'secureConnect', url, options, handler);
  };
}

function target(url: URL, { noDelay = true, keepAliveMs = 60_000 }: TcpOptions) {
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    noDelay,
    keepAlive: keepAliveMs > 0,
    keepAliveInitialDelay: keepAliveMs,
  };
}

/** @param ready the event after which bytes may be sent */
function useSocket(
  socket: Socket,
  ready: 'connect' | 'secureConnect',
  url: URL,
  options: DialOptions,
  handler: LinkHandler,
): Promise<Link> {
  return new Promise((resolve, reject) => {
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
      stream: new PacketDecoder({ maxPayloadBytes: MAX_PAYLOAD_BYTES }),
      send: (bytes) => (socket.writable ? socket.write(Buffer.from(bytes)) : true),
      close: () => socket.end(),
      destroy: () => socket.destroy(),
    };
    socket.on(ready, () => {
      connected = true;
      settle();
      resolve(link);
    });
    socket.on('data', (bytes) => handler.onBytes(bytes));
    socket.on('drain', () => handler.onWritable());
    socket.on('error', (error) => fail(socketFailure(url, error)));
    socket.on('close', () => {
      settle();
      const reason = failure ?? unavailable(url, 'the connection ended');
      if (connected) handler.onClose(reason);
      else reject(reason);
    });
  });
}
