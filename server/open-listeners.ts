import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { OriginRule } from './auth/origin-rule.js';
import { isLoopback } from './config/bind-host.js';
import { RELAY_PATH } from './config/check-relay.js';
import type { LimitsConfig } from './config/server-config.js';
import { tlsFault } from './config/tls-fault.js';
import type { Dialect } from './dialects/dialect.js';
import type { ListenerSpec } from './listeners.js';
import type { Listener, ListenerHost, TlsFiles, UpgradeDecision, UpgradeRequest } from './transports/listener.js';
import { loadQuicListener } from './transports/quic/quic-listener.js';
import { createTcpListener } from './transports/tcp.js';
import { pickWebSocketListener } from './transports/websocket.js';

/**
 * A WebSocket message may hold many packets; the packet limit rules over each. There is room for the
 * largest one with its headers (64 KiB) and a batch before it (64 KiB).
 */
const MESSAGE_ROOM_BYTES = 163_840;

export type ListenerParts = Pick<ListenerHost, 'http' | 'onError'> & {
  /** The dialects of a listener, in the order in which they are asked for a path. */
  dialectsOf(spec: ListenerSpec): readonly Dialect[];
  readonly limits: LimitsConfig;
  /** Clients of the native wire have to give a token. */
  readonly isAuthOn: boolean;
  /** Longest message of a listener of the dialect msgtrans. */
  readonly maxMsgTransBytes: number;
  onWarning(text: string): void;
  onHandshakeFailed(): void;
};

/** A listener with its address. */
export interface OpenListener {
  readonly listener: Listener;
  /** Such as "ws://127.0.0.1:8080/polywire". */
  readonly address: string;
}

/**
 * Opens every listener, or none.
 * @throws PolywireError PORT_IN_USE
 */
export async function openListeners(specs: readonly ListenerSpec[], parts: ListenerParts): Promise<OpenListener[]> {
  const open: OpenListener[] = [];
  try {
    for (const spec of specs) {
      const listener = await createListener(spec, parts);
      await listener.listen();
      open.push({ listener, address: addressOf(spec, listener.port) });
    }
    return open;
  } catch (thrown) {
    for (const { listener } of open) await listener.close();
    throw thrown;
  }
}

/**
 * Without authentication only this machine may connect, unless it was said that all may.
 * @throws PolywireError CONFIG_INVALID
 */
export function refuseOpenAddresses(specs: readonly ListenerSpec[], isAuthOn: boolean): void {
  for (const { transport, host, insecure, tlsClientCert, dialect } of specs) {
    // Only the native wire has tokens that the server knows.
    if (isAuthOn && dialect === 'native') continue;
    if (insecure || isLoopback(host) || tlsClientCert === 'required') continue;
    throw new PolywireError(
      ErrorCode.CONFIG_INVALID,
      `${transport} listener on ${host}: other machines can reach this address and nobody has to authenticate; ` +
        'bind 127.0.0.1, ask for tokens (auth) or client certificates, or say insecure = true',
    );
  }
}

async function createListener(spec: ListenerSpec, parts: ListenerParts): Promise<Listener> {
  const { limits, maxMsgTransBytes, http, onError, onWarning, onHandshakeFailed } = parts;
  const dialects = parts.dialectsOf(spec);
  const options = {
    host: spec.host,
    port: spec.port,
    maxConnections: limits.maxConnections,
    maxAcceptsPerSecond: limits.maxAcceptsPerSecond,
    maxQueuedBytes: limits.maxQueuedBytes,
    stallTimeoutMs: limits.stallTimeoutMs,
    maxMessageBytes: spec.dialect === 'msgtrans' ? maxMsgTransBytes : limits.maxPayloadBytes + MESSAGE_ROOM_BYTES,
    tls: tlsFilesOf(spec),
  };
  const host: ListenerHost = {
    // A stream or a QUIC connection has no path to choose by: the configuration gives it exactly one dialect.
    accept: (connection) => (dialects[0] as Dialect).accept(connection),
    upgrade: decideBy(spec, dialects, parts.isAuthOn),
    http: (path) => http(path) ?? firstAnswer(dialects, (dialect) => dialect.http?.(path)),
    onError,
    onRefused: onWarning,
    onHandshakeFailed,
  };
  if (spec.transport === 'quic') return (await loadQuicListener({ alpn: spec.alpn }))(options, host);
  if (spec.transport === 'tcp') return createTcpListener(options, host);
  // uWebSockets.js asks for client certificates, but lets clients in that have none.
  if (options.tls?.clientCa !== undefined) {
    const { createWsListener } = await import('./transports/websocket-ws.js');
    return createWsListener(options, host);
  }
  const create = await pickWebSocketListener(onWarning);
  return create(options, host);
}

/** @throws PolywireError CONFIG_INVALID when a part is missing */
function tlsFilesOf(spec: ListenerSpec): TlsFiles | undefined {
  const { transport, host, tlsCert, tlsKey, tlsCa, tlsClientCert } = spec;
  const fault = tlsFault(spec);
  if (fault !== undefined) {
    throw new PolywireError(ErrorCode.CONFIG_INVALID, `${transport} listener on ${host}: ${fault.text}`);
  }
  if (tlsCert === '') return undefined;
  return { cert: tlsCert, key: tlsKey, clientCa: tlsClientCert === 'required' ? tlsCa : undefined };
}

function decideBy(
  spec: ListenerSpec,
  dialects: readonly Dialect[],
  isAuthOn: boolean,
): (request: UpgradeRequest) => UpgradeDecision {
  const origins = spec.transport === 'ws' ? spec.origins : [];
  const rule = new OriginRule({ origins, trustsOwnHost: isAuthOn || !isLoopback(spec.host) });
  const ask = (dialect: Dialect, request: UpgradeRequest): UpgradeDecision | undefined => {
    const decision = dialect.upgrade(request);
    // The relay has a list of its own.
    if (decision === undefined || dialect.name === 'relay' || rule.permits(request)) return decision;
    return { status: 403, body: 'pages of this origin may not connect (origins of the listener)\n' };
  };
  return (request) => firstAnswer(dialects, (dialect) => ask(dialect, request)) ?? notFound(request);
}

function firstAnswer<T>(dialects: readonly Dialect[], ask: (dialect: Dialect) => T | undefined): T | undefined {
  for (const dialect of dialects) {
    const answer = ask(dialect);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function notFound(request: UpgradeRequest): UpgradeDecision {
  return { status: 404, body: `nothing is served at ${request.path.slice(0, 128)}\n` };
}

function addressOf(spec: ListenerSpec, port: number): string {
  const host = spec.host.includes(':') ? `[${spec.host}]` : spec.host;
  const scheme = spec.tlsCert === '' || spec.transport === 'quic' ? spec.transport : `${spec.transport}s`;
  return `${scheme}://${host}:${port}${pathOf(spec)}`;
}

function pathOf(spec: ListenerSpec): string {
  if (spec.dialect === 'relay') return RELAY_PATH;
  // The other wires take any path.
  return spec.transport === 'ws' && spec.dialect === 'native' ? spec.path : '';
}
