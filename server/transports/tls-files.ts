import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Socket } from 'node:net';
import { createSecureContext, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import type { ListenerHost, TlsFiles } from './listener.js';
import { RefusalLog } from './refusal-log.js';

/** A peer that does not get through its TLS handshake in this time is cut off. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** TLS handshakes that may be on their way beside the connections. */
const MAX_HANDSHAKES = 1024;
/** How often the files are looked at. */
const WATCH_EVERY_MS = 1_000;
/** Files that belong together are not replaced in one moment. */
const SETTLE_MS = 200;

/**
 * Reads the files for a server of node:tls. With a CA for clients, a peer without a certificate of
 * it does not get through the handshake.
 * @throws PolywireError CONFIG_INVALID naming the file, or the pair that does not fit
 */
export function readTlsFiles(files: TlsFiles): TlsOptions {
  const cert = read('tls_cert', files.cert);
  const key = read('tls_key', files.key);
  const asksClients = files.clientCa !== undefined;
  const ca = files.clientCa === undefined ? undefined : read('tls_ca', files.clientCa);
  const context = { cert, key, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) } as const;
  try {
    createSecureContext(context);
  } catch (cause) {
    throw invalid(`tls_cert ${files.cert} and tls_key ${files.key} cannot be used: ${textOf(cause)}`, cause);
  }
  try {
    // Text without a certificate in it would be taken for an empty list.
    if (ca !== undefined) new X509Certificate(ca);
  } catch (cause) {
    throw invalid(`tls_ca ${files.clientCa} holds no certificate: ${textOf(cause)}`, cause);
  }
  return {
    ...context,
    requestCert: asksClients,
    rejectUnauthorized: asksClients,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  };
}

/**
 * Calls `apply` after each change of the files. Files that are missing or do not fit together are
 * reported, and nothing changes.
 * @returns ends the watching
 */
export function watchTlsFiles(
  files: TlsFiles,
  apply: (options: TlsOptions) => void,
  onError: (error: Error) => void,
): () => void {
  let settling: NodeJS.Timeout | undefined;
  const reload = (): void => {
    try {
      apply(readTlsFiles(files));
    } catch (thrown) {
      onError(
        new Error(`the TLS files have changed, but the old ones stay in use: ${textOf(thrown)}`, { cause: thrown }),
      );
    }
  };
  const onChange = (): void => {
    clearTimeout(settling);
    settling = setTimeout(reload, SETTLE_MS);
    settling.unref();
  };
  const paths = [files.cert, files.key, ...(files.clientCa === undefined ? [] : [files.clientCa])];
  for (const path of paths) watchFile(path, { interval: WATCH_EVERY_MS, persistent: false }, onChange);
  return () => {
    clearTimeout(settling);
    for (const path of paths) unwatchFile(path, onChange);
  };
}

/**
 * What a TLS server of Node needs beyond its options: new files come into use while connections
 * that are open go on with the old ones, a failed handshake costs its socket, and sockets that
 * have not come to the end of theirs, which nobody else knows, are bounded and can be ended.
 */
export class TlsKeeper {
  readonly #sockets = new Set<Socket>();
  readonly #endWatch: () => void;

  constructor(server: Server, files: TlsFiles, maxConnections: number, host: ListenerHost) {
    const refusals = new RefusalLog((text) => host.onRefused?.(`TLS handshake failed: ${text}`), Date.now);
    const onError = (error: Error): void => host.onError(error);
    this.#endWatch = watchTlsFiles(files, (options) => server.setSecureContext(options), onError);
    server.maxConnections = maxConnections + MAX_HANDSHAKES;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      host.onHandshakeFailed?.();
      refusals.note(`${socket.remoteAddress ?? 'a peer that is gone'}: ${whyFailed(error, socket)}`);
      socket.destroy();
    });
  }

  endWatch(): void {
    this.#endWatch();
  }

  /** Ends every socket of the server that there is. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** A certificate that does not pass ends the socket; what is wrong with it is found there and not in the error. */
function whyFailed(error: NodeJS.ErrnoException, { authorizationError }: TLSSocket): string {
  return String(authorizationError ?? error.code ?? error.message);
}

function read(key: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw invalid(`${key}: cannot read ${path} (${(cause as NodeJS.ErrnoException).code ?? textOf(cause)})`, cause);
  }
}

function invalid(text: string, cause: unknown): PolywireError {
  return new PolywireError(ErrorCode.CONFIG_INVALID, text, { cause });
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
