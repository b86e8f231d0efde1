import type { PeerCertificate, UpgradeRequest } from './listener.js';

/**
 * What a peer asked for. It lives as long as its connection, so the headers are kept as one string
 * instead of a map of many.
 */
export class KeptUpgradeRequest implements UpgradeRequest {
  readonly protocols: readonly string[];
  /** "\nname:value\nname:value\n". Neither a name nor a value can hold a line break. */
  readonly #headers: string;

  /** @param headers names in lower case, with their values */
  constructor(
    readonly path: string,
    readonly query: string,
    headers: Iterable<readonly [name: string, value: string]>,
    readonly peerCertificate?: PeerCertificate | undefined,
  ) {
    let text = '\n';
    for (const [name, value] of headers) text += `${name}:${value}\n`;
    this.#headers = text;
    this.protocols = this.header('sec-websocket-protocol')
      .split(',')
      .map((protocol) => protocol.trim())
      .filter((protocol) => protocol !== '');
  }

  header(name: string): string {
    const label = `\n${name}:`;
    const start = this.#headers.indexOf(label);
    if (start < 0) return '';
    const valueStart = start + label.length;
    return this.#headers.slice(valueStart, this.#headers.indexOf('\n', valueStart));
  }
}
