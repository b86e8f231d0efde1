import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';
import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import type { Dial, DialOptions, LinkHandler } from '../client/dialer.js';
import { createQuicConfig, PolywireError, type Quiche, type QuicheConfig } from '../core/index.js';
import { loadQuiche } from './load-quiche.js';
import { QuicLink } from './quic-link.js';
import { openQuicSocket, type QuicSocket } from './quic-socket.js';
import type { TlsOptions } from './tls-options.js';
import { unavailable } from './unavailable.js';

const DEFAULT_PORT = 8003;
const ALPN = 'polywire';
const CONNECTION_ID_BYTES = 16;

/**
 * Dials `quic://host:port`. quiche is loaded by the first call.
 * @throws PolywireError as every dialer; UNIMPLEMENTED where quiche has no binary, CONFIG_INVALID
 * when what `tls` holds cannot be used
 */
export function dialQuic(tls: TlsOptions): Dial {
  return async (url, options, handler) => {
    const quiche = await loadQuiche();
    const config = configOf(quiche, tls);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    let socket: QuicSocket;
    try {
      socket = await openQuicSocket(host, url.port === '' ? DEFAULT_PORT : Number(url.port));
    } catch (thrown) {
      throw unavailable(url, thrown instanceof Error ? thrown.message : String(thrown), thrown);
    }
    const isAddress = isIP(host) !== 0;
    const { local, remote } = socket;
    const id = randomBytes(CONNECTION_ID_BYTES);
    // TLS compares names only, so an address is compared here.
    const connection = quiche.Connection.connect(isAddress ? null : host, id, local, remote, config);
    const certifiedIp = isAddress && tls.insecure !== true ? host : undefined;
    return await handshake(connection, socket, { url, certifiedIp, options, handler });
  };
}

function configOf(quiche: Quiche, { ca, cert, key, insecure = false }: TlsOptions): QuicheConfig {
  const bytes = (pem: string | Uint8Array): Uint8Array => (typeof pem === 'string' ? Buffer.from(pem) : pem);
  try {
    return createQuicConfig(quiche, {
      alpn: [ALPN],
      maxBidirectionalStreams: 0,
      maxUnidirectionalStreams: 0,
      verifyPeer: !insecure,
      ca: insecure ? undefined : bytes(ca ?? rootCertificates.join('\n')),
      identity: cert === undefined || key === undefined ? undefined : { certificate: bytes(cert), key: bytes(key) },
    });
  } catch (cause) {
    throw new PolywireError(ErrorCode.CONFIG_INVALID, 'tls.ca, tls.cert or tls.key cannot be used; all are PEM', {
      cause,
    });
  }
}

interface Attempt {
  readonly url: URL;
  readonly certifiedIp: string | undefined;
  readonly options: DialOptions;
  readonly handler: LinkHandler;
}

function handshake(
  connection: ReturnType<Quiche['Connection']['connect']>,
  socket: QuicSocket,
  { url, certifiedIp, options, handler }: Attempt,
): Promise<QuicLink> {
  return new Promise((resolve, reject) => {
    const { timeoutMs, signal } = options;
    let connected = false;
    const onAbort = (): void =>
      link.fail(new PolywireError(ErrorCode.CANCELLED, 'connecting was withdrawn', { cause: signal?.reason }));
    const timer = setTimeout(() => link.fail(unavailable(url, `no connection within ${timeoutMs} ms`)), timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const link = new QuicLink(connection, socket, handler, {
      url,
      certifiedIp,
      onOpen: () => {
        connected = true;
        settle();
        resolve(link);
      },
      onOver: (error, closeCode) => {
        settle();
        if (connected) handler.onClose(error, closeCode);
        else reject(error);
      },
    });
    // The port is closed there: the machine of the server says so.
    socket.socket.on('error', (error) => link.fail(unavailable(url, error.message, error)));
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
