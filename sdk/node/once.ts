import { connectOnceWith, type OnceClient, type OnceOptions } from '../client/once-client.js';
import { type PlatformOptions, platformWith } from './platform.js';

export * from '../client/public-once.js';
export type { TcpOptions } from './dial-tcp.js';
export type { TlsOptions } from './tls-options.js';

export interface NodeOnceOptions extends OnceOptions, PlatformOptions {}

/**
 * `connect()` for the smallest bundles: one connection, which is not replaced when it is lost. The client has no
 * services of its own, `client.use(KvServiceCalls)` brings in those that are used.
 *
 * @throws PolywireError INVALID_URL, UNAVAILABLE, DEADLINE_EXCEEDED, UNAUTHENTICATED
 */
export function connectOnce(url: string | URL, options: NodeOnceOptions = {}): Promise<OnceClient> {
  return connectOnceWith(platformWith(options), url, options);
}
