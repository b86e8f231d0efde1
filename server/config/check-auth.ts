import { Buffer } from 'node:buffer';
import { isAuthOn, isJwtOn } from '../auth/is-auth-on.js';
import { permissionFault } from '../auth/parse-permission.js';
import { sha256Of } from '../auth/static-tokens.js';
import { isLoopback } from './bind-host.js';
import type { Report } from './check-relay.js';
import { formatPath } from './config-keys.js';
import { defaultConfig } from './defaults.js';
import type { AuthConfig, AuthJwtConfig, ListenConfig } from './server-config.js';
import type { KeyPath } from './toml-locate.js';

const MIN_SECRET_BYTES = 32;
const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'];
const KEY_ALGORITHMS = ['RS', 'PS', 'ES'].flatMap((kind) => [`${kind}256`, `${kind}384`, `${kind}512`]);
/** Wires with tokens: the native one has them in Hello, the relay has its own. */
const WIRES_WITH_TOKENS = ['native', 'relay'];
/** Wires that make no calls of the services: a permission of their own name is for all that they do. */
const WHOLE_WIRES = ['banio', 'msgtrans'];

export interface AuthSubject {
  readonly auth: AuthConfig;
  readonly listen: readonly ListenConfig[];
  /** A check of the user's own decides beside the configuration. */
  readonly hasOwnCheck: boolean;
  /** The listeners were asked for: they are not the default ones. */
  readonly saidListen: boolean;
}

/** Checks what a schema cannot of authentication: one line for each broken rule. */
export function checkAuth(subject: AuthSubject, at: Report): string[] {
  const { auth, listen, hasOwnCheck } = subject;
  const isOn = hasOwnCheck || isAuthOn(auth);
  return [
    ...checkTokens(auth, at),
    ...checkJwt(auth.jwt, at),
    ...checkPermissions(auth.anonymous, ['auth', 'anonymous'], at),
    ...(isOn || auth.anonymous.length === 0 ? [] : [at(['auth', 'anonymous'], `auth.anonymous ${needsAuth}`)]),
    ...listen.flatMap((listener, i) => checkListener(listener, i, isOn && subject.saidListen, at)),
    ...(isOn ? [] : listen.flatMap((listener, i) => checkWithoutAuth(listener, i, at))),
  ];
}

const needsAuth =
  'is checked only when somebody has to authenticate; give an [[auth.tokens]] table or a key in [auth.jwt], or leave it out';

function checkTokens({ tokens }: AuthConfig, at: Report): string[] {
  const problems: string[] = [];
  const seen = new Map<string, number>();
  tokens.forEach(({ token, tokenSha256, permissions }, i) => {
    const path = ['auth', 'tokens', i];
    problems.push(...checkPermissions(permissions, [...path, 'permissions'], at));
    if ((token === '') === (tokenSha256 === '')) {
      problems.push(at(path, `${formatPath(path)} needs token_sha256 or token, one of them`));
      return;
    }
    const hash = tokenSha256 === '' ? sha256Of(token) : tokenSha256.toLowerCase();
    const other = seen.get(hash);
    if (other !== undefined) problems.push(at(path, `${formatPath(path)} has the token of auth.tokens[${other}] too`));
    seen.set(hash, i);
  });
  return problems;
}

function checkJwt(jwt: AuthJwtConfig, at: Report): string[] {
  const report = (key: string, text: string): string => at(['auth', 'jwt', key], `auth.jwt.${key} ${text}`);
  if (!isJwtOn(jwt)) {
    const isSaid = JSON.stringify(jwt) !== JSON.stringify(defaultConfig.auth.jwt);
    return isSaid
      ? [at(['auth', 'jwt'], 'auth.jwt needs jwks_url, jwks_file or secret: without keys no token can be checked')]
      : [];
  }
  const problems: string[] = [];
  if ([jwt.jwksUrl, jwt.jwksFile, jwt.secret].filter((text) => text !== '').length > 1) {
    problems.push(at(['auth', 'jwt'], 'auth.jwt has more than one of jwks_url, jwks_file and secret; keep one'));
  }
  const secretBytes = Buffer.byteLength(jwt.secret);
  if (secretBytes > 0 && secretBytes < MIN_SECRET_BYTES) {
    problems.push(report('secret', `must have at least ${MIN_SECRET_BYTES} bytes; it has ${secretBytes}`));
  }
  const fault = jwt.jwksUrl === '' ? undefined : urlFault(jwt.jwksUrl);
  if (fault !== undefined) problems.push(report('jwks_url', fault));
  const known = jwt.secret === '' ? [...KEY_ALGORITHMS, 'EdDSA', 'Ed25519'] : SECRET_ALGORITHMS;
  jwt.algorithms.forEach((algorithm, i) => {
    if (known.includes(algorithm)) return;
    const path = ['auth', 'jwt', 'algorithms', i];
    problems.push(at(path, `${formatPath(path)} must be one of ${known.join(', ')}`));
  });
  return problems;
}

/** Whoever can change the keys on their way lets in whom he likes. */
function urlFault(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be like https://issuer.example/.well-known/jwks.json';
  const { protocol, hostname } = new URL(text);
  if (protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''))) return undefined;
  return 'must begin with https:// unless the host is this machine: whoever can change the keys on their way lets in whom they like';
}

function checkListener(listener: ListenConfig, i: number, isOn: boolean, at: Report): string[] {
  const path = ['listen', i, 'permissions'];
  const { dialect, permissions } = listener;
  const problems = checkPermissions(permissions, path, at);
  if (!isOn || WIRES_WITH_TOKENS.includes(dialect)) return problems;
  if (permissions.length === 0) {
    const fault = `is missing: clients of the dialect ${dialect} have no tokens`;
    problems.push(at(path, `${formatPath(path)} ${fault}; say what they may do, or leave the listener out`));
  } else if (WHOLE_WIRES.includes(dialect) && !permissions.some((text) => text === dialect || text === '*')) {
    problems.push(at(path, `${formatPath(path)} needs "${dialect}": the wire is permitted as a whole`));
  }
  return problems;
}

function checkWithoutAuth({ permissions }: ListenConfig, i: number, at: Report): string[] {
  const path = ['listen', i, 'permissions'];
  return permissions.length === 0 ? [] : [at(path, `${formatPath(path)} ${needsAuth}`)];
}

function checkPermissions(permissions: readonly string[], path: KeyPath, at: Report): string[] {
  return permissions.flatMap((text, i) => {
    const fault = permissionFault(text);
    const place = [...path, i];
    return fault === undefined ? [] : [at(place, `${formatPath(place)} "${text}" ${fault}`)];
  });
}
