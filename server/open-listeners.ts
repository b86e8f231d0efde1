import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { isLoopback } from './config/bind-host.js';
import type { LimitsConfig } from './config/server-config.js';
import type { Dialect } from './dialects/dialect.js';
import type { ListenerSpec } from './listeners.js';
import type { Listener, ListenerHost, UpgradeDecision, UpgradeRequest } from './transports/listener.js';
import { createTcpListener } from './transports/tcp.js';
import { pickWebSocketListener } from './transports/websocket.js';

/** A WebSocket message may hold many packets; the packet limit rules over each. */
const MESSAGE_ROOM_BYTES = 65_536;

export type ListenerParts = Pick<ListenerHost, 'http' | 'onError'> & {
  /** The dialects of a listener, in the order in which they are asked for a path. */
  dialectsOf(spec: ListenerSpec): readonly Dialect[];
  readonly limits: LimitsConfig;
  onWarning(text: string): void;
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
export function refuseOpenAddresses(specs: readonly ListenerSpec[]): void {
  for (const { transport, host, insecure } of specs) {
    if (insecure || isLoopback(host)) continue;
    throw new PolywireError(
      ErrorCode.CONFIG_INVALID,
      `${transport} listener on ${host}: other machines can reach this address and nobody has to authenticate; ` +
        'bind 127.0.0.1, or say insecure = true',
    );
  }
}

async function createListener(spec: ListenerSpec, parts: ListenerParts): Promise<Listener> {
  const { limits, http, onError, onWarning } = parts;
  const dialects = parts.dialectsOf(spec);
  const options = {
    host: spec.host,
    port: spec.port,
    maxConnections: limits.maxConnections,
    maxQueuedBytes: limits.maxQueuedBytes,
    maxMessageBytes: limits.maxPayloadBytes + MESSAGE_ROOM_BYTES,
  };
  const host: ListenerHost = {
    // A stream has no path to choose by: the configuration gives it exactly one dialect.
    accept: (connection) => (dialects[0] as Dialect).accept(connection),
    upgrade: (request) => firstAnswer(dialects, (dialect) => dialect.upgrade(request)) ?? notFound(request),
    http: (path) => http(path) ?? firstAnswer(dialects, (dialect) => dialect.http?.(path)),
    onError,
  };
  const create = spec.transport === 'tcp' ? createTcpListener : await pickWebSocketListener(onWarning);
  return create(options, host);
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
  return `${spec.transport}://${host}:${port}${spec.transport === 'ws' ? spec.path : ''}`;
}
