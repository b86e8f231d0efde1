import { Buffer } from 'node:buffer';
import { checkOrigins } from './check-origins.js';
import { formatPath } from './config-keys.js';
import { isRelayOn, publicToken } from './relay-token.js';
import type { ListenConfig, RelayConfig } from './server-config.js';
import type { KeyPath } from './toml-locate.js';

/** Path of the relay's WebSocket. */
export const RELAY_PATH = '/ws';

const MAX_NAME_BYTES = 1024;

/** Says what is wrong with a key. */
export type Report = (path: KeyPath, text: string) => string;

/** Checks what a schema cannot of the relay: one line for each broken rule. */
export function checkRelay(relay: RelayConfig, listen: readonly ListenConfig[], at: Report): string[] {
  return [
    ...checkToken(relay, at),
    ...checkUrl(relay, at),
    ...checkNames(relay, at),
    ...checkOrigins(relay.origins, ['null'], ['relay', 'origins'], at),
    ...listen.flatMap((listener, i) => checkListener(listener, i, relay, at)),
  ];
}

function checkToken(relay: RelayConfig, at: Report): string[] {
  if (relay.token !== publicToken || relay.allowDefaultToken) return [];
  const fault = 'relay.token is the one of the older documentation, which everybody knows';
  const remedy = 'choose another, or set relay.allow_default_token = true if that is what you want';
  return [at(['relay', 'token'], `${fault}; ${remedy}`)];
}

function checkUrl({ redisUrl }: RelayConfig, at: Report): string[] {
  if (redisUrl === '' || isRedisUrl(redisUrl)) return [];
  return [at(['relay', 'redis_url'], 'relay.redis_url must be like redis://user:password@host:6379/0')];
}

function isRedisUrl(text: string): boolean {
  try {
    const { hostname, username, password, pathname } = new URL(text);
    // Throws where a % begins no escape: better now than at every attempt to connect.
    decodeURIComponent(username + password);
    return hostname !== '' && /^\/?\d*$/.test(pathname);
  } catch {
    return false;
  }
}

function checkNames(relay: RelayConfig, at: Report): string[] {
  const problems: string[] = [];
  for (const list of ['channels', 'patterns'] as const) {
    relay[list].forEach((name, i) => {
      const bytes = Buffer.byteLength(name);
      const path = ['relay', list, i];
      if (bytes === 0) problems.push(at(path, `${formatPath(path)} must not be empty`));
      if (bytes > MAX_NAME_BYTES) {
        problems.push(at(path, `${formatPath(path)} must have at most ${MAX_NAME_BYTES} bytes; it has ${bytes}`));
      }
    });
  }
  if (isRelayOn(relay) && relay.channels.length === 0 && relay.patterns.length === 0) {
    problems.push(at(['relay', 'channels'], 'relay.channels and relay.patterns are empty; name what to forward'));
  }
  return problems;
}

function checkListener(listener: ListenConfig, i: number, relay: RelayConfig, at: Report): string[] {
  const on = isRelayOn(relay);
  if (listener.dialect === 'relay' && !on) {
    const path = ['listen', i, 'dialect'];
    return [at(path, `${formatPath(path)} relay needs relay.redis_url and relay.token`)];
  }
  if (on && listener.transport === 'ws' && listener.dialect === 'native' && listener.path === RELAY_PATH) {
    const path = ['listen', i, 'path'];
    return [at(path, `${formatPath(path)} ${RELAY_PATH} is where the relay is served; choose another path`)];
  }
  return [];
}
