import { isLoopback } from '../config/bind-host.js';
import type { UpgradeRequest } from '../transports/listener.js';

export interface OriginRuleOptions {
  /** Origins that may connect, such as "https://app.example"; "*" is all. Empty: those of the default. */
  readonly origins: readonly string[];
  /**
   * By default pages of the server's own host may connect. Not where nobody has to authenticate and
   * only this machine can connect: any page can give its host the address of this machine.
   */
  readonly trustsOwnHost: boolean;
}

/**
 * Which web pages may connect: a browser lets every page open a WebSocket to everywhere, and says in
 * Origin which it was. By default pages of this machine may, and those of the server's own host.
 * Requests without an Origin come from no browser.
 */
export class OriginRule {
  readonly #origins: ReadonlySet<string>;
  readonly #trustsOwnHost: boolean;

  constructor({ origins, trustsOwnHost }: OriginRuleOptions) {
    this.#origins = new Set(origins.map((origin) => origin.toLowerCase()));
    this.#trustsOwnHost = trustsOwnHost;
  }

  permits(request: UpgradeRequest): boolean {
    const origin = request.header('origin').toLowerCase();
    if (origin === '' || this.#origins.has('*')) return true;
    if (this.#origins.size > 0) return this.#origins.has(origin);
    if (!URL.canParse(origin)) return false;
    const { protocol, hostname, host } = new URL(origin);
    if (protocol !== 'http:' && protocol !== 'https:') return false;
    if (isLoopback(hostname.replace(/^\[|\]$/g, ''))) return true;
    const ownUrl = `${protocol}//${request.header('host')}`;
    return this.#trustsOwnHost && URL.canParse(ownUrl) && new URL(ownUrl).host === host;
  }
}
