import { isIP } from 'node:net';
import { isAuthOn } from '../auth/is-auth-on.js';
import { hostsOverlap, isLoopback } from './bind-host.js';
import { type AuthSubject, checkAuth } from './check-auth.js';
import { checkOrigins } from './check-origins.js';
import { checkRelay } from './check-relay.js';
import { formatPath } from './config-keys.js';
import { packetRoomBytes } from './defaults.js';
import type { ListenConfig, ServerConfig } from './server-config.js';
import { tlsFault } from './tls-fault.js';
import type { KeyPath } from './toml-locate.js';

/** Where a key was said, as an error begins; undefined for a default. */
export type OriginOf = (path: KeyPath) => string | undefined;

/** Paths that the server answers itself, for load balancers and monitoring. */
const servedPaths = ['/healthz', '/readyz', '/metrics'];

/**
 * Checks what a schema cannot: rules between values.
 *
 * @returns one line for each broken rule, naming the keys and what to do; empty when all hold
 */
export function checkConfig(config: ServerConfig, originOf: OriginOf = () => undefined): string[] {
  const at = (path: KeyPath, text: string): string => {
    const origin = originOf(path);
    return origin === undefined ? text : `${origin}: ${text}`;
  };
  if (config.listen.length === 0) {
    return [at(['listen'], 'listen is empty, so nobody could connect; give a [[listen]] table or leave listen out')];
  }
  return [
    ...config.listen.flatMap((listener, i) => checkListener(listener, i, hasTokens(config, listener), at)),
    ...config.listen.flatMap((listener, i) => checkAddress(listener, i, config.listen, at)),
    ...checkSizes(config, originOf, at),
    ...checkRelay(config.relay, config.listen, at),
    ...checkAuth(authSubject(config, originOf), at),
  ];
}

type At = (path: KeyPath, text: string) => string;

function authSubject({ auth, listen }: ServerConfig, originOf: OriginOf): AuthSubject {
  return { auth, listen, hasOwnCheck: false, saidListen: originOf(['listen']) !== undefined };
}

/** Clients of the listener have to give a token. */
function hasTokens({ auth }: ServerConfig, { dialect }: ListenConfig): boolean {
  return dialect === 'native' && isAuthOn(auth);
}

function checkListener(listener: ListenConfig, i: number, hasToken: boolean, at: At): string[] {
  const problems: string[] = [];
  const key = (name: string): string => formatPath(['listen', i, name]);
  if (!listener.insecure && !hasToken && !isLoopback(listener.host) && listener.tlsClientCert === 'none') {
    const fault = `${key('host')} ${listener.host} is reachable from other machines and nobody has to authenticate`;
    const remedy =
      'use 127.0.0.1, ask for client certificates (tls_client_cert), or set insecure = true in this [[listen]] table if that is what you want';
    problems.push(at(['listen', i, 'host'], `${fault}; ${remedy}`));
  }
  if (listener.transport === 'ws' && servedPaths.includes(listener.path.replace(/\/+$/, ''))) {
    const fault = `${key('path')} ${listener.path} is where the server answers ${servedPaths.join(', ')} itself`;
    problems.push(at(['listen', i, 'path'], `${fault}; choose another path`));
  }
  if (listener.transport === 'ws') {
    problems.push(...checkOrigins(listener.origins, ['null', '*'], ['listen', i, 'origins'], at));
  }
  const badName = listener.transport === 'quic' ? alpnFault(listener.alpn) : undefined;
  if (badName !== undefined) problems.push(at(['listen', i, 'alpn'], `${key('alpn')} ${badName}`));
  const fault = tlsFault(listener);
  if (fault !== undefined) problems.push(at(['listen', i, fault.key], `listen[${i}]: ${fault.text}`));
  return problems;
}

/** Why a list of application protocols cannot be used. */
function alpnFault(alpn: readonly string[]): string | undefined {
  if (alpn.length === 0) return 'is empty, so that no client could connect; name a protocol, or leave it out';
  const bad = alpn.find((name) => !/^[!-~]{1,255}$/.test(name));
  return bad === undefined ? undefined : `has "${bad}"; a name has 1 to 255 visible ASCII characters`;
}

function checkAddress(listener: ListenConfig, i: number, all: readonly ListenConfig[], at: At): string[] {
  if (listener.port === 0) return [];
  const other = all.findIndex(
    (earlier, j) =>
      j < i &&
      earlier.port === listener.port &&
      isUdp(earlier) === isUdp(listener) &&
      hostsOverlap(earlier.host, listener.host),
  );
  const earlier = all[other];
  if (earlier === undefined) return [];
  const fault = `${address(i, listener)} is the address of ${address(other, earlier)} too`;
  return [at(['listen', i, 'port'], `${fault}; give each [[listen]] table a port of its own`)];
}

/** UDP has ports of its own. */
function isUdp({ transport }: ListenConfig): boolean {
  return transport === 'quic';
}

function address(i: number, listener: ListenConfig): string {
  const host = isIP(listener.host) === 6 ? `[${listener.host}]` : listener.host;
  return `listen[${i}] (${listener.transport} ${host}:${listener.port})`;
}

function checkSizes({ limits }: ServerConfig, originOf: OriginOf, at: At): string[] {
  const needed = limits.maxValueBytes + packetRoomBytes;
  const largest = Math.max(limits.maxMessageBytes, limits.maxPayloadBytes);
  if (largest >= needed) return [];
  const keys = ['max_value_bytes', 'max_message_bytes', 'max_payload_bytes'].map((name) => ['limits', name]);
  const said = keys.find((path) => originOf(path) !== undefined) ?? ['limits', 'max_message_bytes'];
  const fault = `limits.max_value_bytes ${limits.maxValueBytes} does not fit in limits.max_message_bytes ${limits.maxMessageBytes}`;
  const remedy = `a message needs ${packetRoomBytes} bytes beside the value, so set limits.max_message_bytes to at least ${needed}`;
  return [at(said, `${fault}; ${remedy}, or limits.max_value_bytes lower`)];
}
