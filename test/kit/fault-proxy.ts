import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Direction, type Fate, STALL_MS } from './network-fate.js';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  readonly fate: Fate | undefined;
  met: boolean;
}

/** What a proxy does to connections by itself. */
export interface ProxyPlan {
  /** The fate of the next connection; undefined: it goes on. */
  fate?(): Fate | undefined;
  /** What becomes of the bytes of one direction of a new connection. Default: they pass as they are. */
  change?(direction: Direction): ((bytes: Uint8Array) => Uint8Array) | undefined;
}

/** A TCP proxy on 127.0.0.1 that stands for a bad network. */
export class FaultProxy {
  readonly #listener: Server;
  readonly #pairs = new Set<Pair>();
  readonly #silent = new Set<Socket>();
  /** Milliseconds by which what passes is late, in each direction. */
  delayMs = 0;
  #stalled = false;
  /** Whoever connects is cut off at once. */
  refuses = false;
  /** Connections since the start. */
  accepted = 0;
  /** Connections that met their fate. */
  ended = 0;

  private constructor(targetPort: number, plan: ProxyPlan) {
    this.#listener = createServer((client) => {
      this.accepted++;
      if (this.refuses) {
        client.destroy();
        return;
      }
      const server = connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
      client.setNoDelay(true);
      const pair = { client, server, fate: plan.fate?.(), met: false };
      this.#pairs.add(pair);
      this.#pass('up', pair, plan.change?.('up'));
      this.#pass('down', pair, plan.change?.('down'));
    });
  }

  static async start(targetPort: number, plan: ProxyPlan = {}): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort, plan);
    proxy.#listener.listen(0, '127.0.0.1');
    await once(proxy.#listener, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** Connections that pass through now. */
  get open(): number {
    return this.#pairs.size;
  }

  /** Cuts every connection off, for both sides. */
  cut(): void {
    for (const pair of [...this.#pairs]) reset(pair);
  }

  /** Cuts the server's side off; the client's side stays open and silent. */
  halfOpen(): void {
    for (const pair of [...this.#pairs]) this.#silence(pair);
  }

  /** Nothing passes until `flow()`. */
  stall(): void {
    this.#stalled = true;
    for (const { client, server } of this.#pairs) {
      client.pause();
      server.pause();
    }
  }

  flow(): void {
    this.#stalled = false;
    for (const { client, server } of this.#pairs) {
      client.resume();
      server.resume();
    }
  }

  async close(): Promise<void> {
    this.#listener.close();
    this.cut();
    for (const socket of this.#silent) socket.destroy();
    if (this.#listener.listening) await once(this.#listener, 'close');
  }

  #pass(direction: Direction, pair: Pair, change: ((bytes: Uint8Array) => Uint8Array) | undefined): void {
    const [from, to] = direction === 'up' ? [pair.client, pair.server] : [pair.server, pair.client];
    let leftBytes = pair.fate?.direction === direction ? pair.fate.afterBytes : Number.POSITIVE_INFINITY;
    from.on('data', (received) => {
      if (pair.met) return;
      const all = change === undefined ? received : change(received);
      const bytes = all.length > leftBytes ? all.subarray(0, leftBytes) : all;
      leftBytes -= bytes.length;
      if (leftBytes === 0) this.#meet(pair, to, bytes);
      else write(bytes);
    });
    const write = (bytes: Uint8Array): void => {
      const pass = (): void => {
        if (!to.destroyed && !to.write(bytes)) {
          from.pause();
          to.once('drain', () => {
            if (!this.#stalled) from.resume();
          });
        }
      };
      if (this.delayMs > 0) setTimeout(pass, this.delayMs);
      else pass();
    };
    if (this.#stalled) from.pause();
    from.on('end', () => {
      if (!pair.met) to.end();
    });
    from.on('error', () => {});
    from.on('close', () => {
      this.#pairs.delete(pair);
      to.destroy();
    });
  }

  /** The last bytes pass, then the connection meets its fate. */
  #meet(pair: Pair, to: Socket, bytes: Uint8Array): void {
    const { client, server, fate } = pair;
    pair.met = true;
    this.ended++;
    to.write(bytes);
    switch (fate?.how) {
      case 'end':
        client.end();
        server.end();
        return;
      case 'half-open':
        this.#silence(pair);
        return;
      case 'stall':
        setTimeout(() => reset(pair), STALL_MS);
        return;
      default:
        // In a turn of its own, so that the last bytes leave before the reset overtakes them.
        setImmediate(() => reset(pair));
    }
  }

  #silence(pair: Pair): void {
    const { client, server } = pair;
    this.#pairs.delete(pair);
    client.removeAllListeners('data').removeAllListeners('close');
    client.on('error', () => {}).resume();
    client.on('close', () => this.#silent.delete(client));
    server.removeAllListeners('close').on('error', () => {});
    server.destroy();
    this.#silent.add(client);
  }
}

function reset({ client, server }: Pair): void {
  client.resetAndDestroy();
  server.resetAndDestroy();
}
