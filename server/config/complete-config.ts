import { authTokenDefaults, defaultConfig, dialectPorts, listenDefaults } from './defaults.js';
import type { AuthConfig, AuthInput, ConfigInput, ListenConfig, ListenInput, ServerConfig } from './server-config.js';

/** Fills in the defaults. It checks nothing: that is `checkConfig`'s. */
export function completeConfig(input: ConfigInput): ServerConfig {
  return {
    listen: input.listen?.map(completeListen) ?? defaultConfig.listen,
    store: complete(defaultConfig.store, input.store),
    limits: complete(defaultConfig.limits, input.limits),
    session: complete(defaultConfig.session, input.session),
    log: complete(defaultConfig.log, input.log),
    drain: complete(defaultConfig.drain, input.drain),
    conformance: complete(defaultConfig.conformance, input.conformance),
    textStore: complete(defaultConfig.textStore, input.textStore),
    kvWire: complete(defaultConfig.kvWire, input.kvWire),
    banio: complete(defaultConfig.banio, input.banio),
    msgtrans: complete(defaultConfig.msgtrans, input.msgtrans),
    relay: complete(defaultConfig.relay, input.relay),
    topics: complete(defaultConfig.topics, input.topics),
    auth: completeAuth(input.auth),
  };
}

/** Also for `createServer`, which is given the same. */
export function completeAuth(input: AuthInput = {}): AuthConfig {
  const { auth } = defaultConfig;
  return {
    ...complete(auth, { anonymous: input.anonymous, expiryGraceMs: input.expiryGraceMs }),
    jwt: complete(auth.jwt, input.jwt),
    tokens: input.tokens?.map((token) => complete(authTokenDefaults, token)) ?? auth.tokens,
  };
}

function completeListen(input: ListenInput): ListenConfig {
  const defaultPort = input.dialect === undefined ? undefined : dialectPorts[input.dialect]?.[input.transport];
  const given = { ...input, port: input.port ?? defaultPort };
  switch (given.transport) {
    case 'ws':
      return complete(listenDefaults.ws, given);
    case 'tcp':
      return complete(listenDefaults.tcp, given);
    case 'quic':
      return complete(listenDefaults.quic, given);
  }
}

/** Takes only the keys of the defaults. `undefined` counts as left out. */
function complete<T extends object>(defaults: T, given: { readonly [K in keyof T]?: T[K] | undefined } = {}): T {
  const result = { ...defaults };
  for (const key of Object.keys(defaults) as (keyof T)[]) {
    const value = given[key];
    if (value !== undefined) result[key] = value;
  }
  return result;
}
