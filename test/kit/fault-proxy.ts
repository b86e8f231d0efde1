import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
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

  private constructor(targetPort: number) {
    this.#listener = createServer((client) => {
      this.accepted++;
      if (this.refuses) {
        client.destroy();
        return;
      }
      const server = connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
      client.setNoDelay(true);
      const pair = { client, server };
      this.#pairs.add(pair);
      this.#pass(client, server, pair);
      this.#pass(server, client, pair);
    });
  }

  static async start(targetPort: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort);
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
    for (const { client, server } of [...this.#pairs]) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** Cuts the server's side off; the client's side stays open and silent. */
  halfOpen(): void {
    for (const pair of [...this.#pairs]) {
      this.#pairs.delete(pair);
      pair.client.removeAllListeners('data').removeAllListeners('close');
      pair.client.on('error', () => {}).resume();
      pair.server.removeAllListeners('close').on('error', () => {});
      pair.server.destroy();
      this.#silent.add(pair.client);
    }
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

  #pass(from: Socket, to: Socket, pair: Pair): void {
    from.on('data', (bytes) => {
      const write = (): void => {
        if (!to.destroyed && !to.write(bytes)) {
          from.pause();
          to.once('drain', () => {
            if (!this.#stalled) from.resume();
          });
        }
      };
      if (this.delayMs > 0) setTimeout(write, this.delayMs);
      else write();
    });
    if (this.#stalled) from.pause();
    from.on('end', () => to.end());
    from.on('error', () => {});
    from.on('close', () => {
      this.#pairs.delete(pair);
      to.destroy();
    });
  }
}
