import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Client, type ConnectionStatus, connect } from '@polywire/sdk';
import { createServer, type PolywireServer, quic } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';

const loads = await import('@matrixai/quic/native/quiche.js').then(
  () => true,
  () => false,
);

/** Brings datagrams of clients to a server and back, until it is told to lose them. */
class DatagramRelay {
  readonly #front = createSocket('udp4');
  readonly #backs = new Map<number, Socket>();
  /** Everything is lost, in both directions. */
  silent = false;

  static async start(targetPort: number): Promise<DatagramRelay> {
    const relay = new DatagramRelay();
    relay.#front.on('message', (datagram, from) => relay.#up(datagram, from, targetPort));
    relay.#front.bind(0, '127.0.0.1');
    await once(relay.#front, 'listening');
    return relay;
  }

  get port(): number {
    return this.#front.address().port;
  }

  async close(): Promise<void> {
    for (const back of this.#backs.values()) back.close();
    this.#front.close();
  }

  #up(datagram: Buffer, from: RemoteInfo, targetPort: number): void {
    if (this.silent) return;
    let back = this.#backs.get(from.port);
    if (back === undefined) {
      back = createSocket('udp4');
      back.on('message', (answer) => {
        if (!this.silent) this.#front.send(answer, from.port, from.address);
      });
      this.#backs.set(from.port, back);
    }
    back.send(datagram, targetPort, '127.0.0.1');
  }
}

const opened: { close(options?: { drainMs: number }): Promise<void> }[] = [];

function closing<T extends (typeof opened)[number]>(made: T): T {
  opened.push(made);
  return made;
}

afterEach(async () => {
  for (const made of opened.splice(0).reverse()) await made.close({ drainMs: 0 });
});

async function start(heartbeatMs: number): Promise<{ server: PolywireServer; relay: DatagramRelay; client: Client }> {
  const server = closing(await createServer({ listeners: [quic({ port: 0 })], session: { heartbeatMs } }));
  const relay = closing(await DatagramRelay.start(Number(new URL(server.addresses[0] as string).port)));
  const url = `quic://127.0.0.1:${relay.port}`;
  const client = closing(await connect(url, { tls: { insecure: true }, reconnect: { firstMs: 5, maxMs: 50 } }));
  return { server, relay, client };
}

describe.skipIf(!loads)('heartbeats over QUIC', () => {
  it('find a connection on which nothing comes any more, at both ends, and the session goes on', async () => {
    const { server, relay, client } = await start(400);
    const { sessionId } = client.welcome;
    const seen: ConnectionStatus[] = [];
    void (async () => {
      for await (const status of client.status()) seen.push(status);
    })();
    relay.silent = true;
    await expect.poll(() => seen.map(({ state }) => state), { timeout: 8_000 }).toContain('disconnected');
    expect(seen.find(({ state }) => state === 'disconnected')?.reason).toMatch(
      /nothing came from the server for 800 ms/,
    );
    await expect
      .poll(() => server.stats(), { timeout: 8_000 })
      .toMatchObject({ sessions: 0, sessionsParked: 1, heartbeatsLost: 1 });
    relay.silent = false;
    await expect.poll(() => client.state, { timeout: 15_000 }).toBe('connected');
    expect(seen.at(-1)).toMatchObject({ state: 'connected', resumed: true });
    expect(client.welcome.sessionId).toBe(sessionId);
  }, 30_000);

  it('keep a connection that has nothing to say', async () => {
    const { server, client } = await start(300);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(client.state).toBe('connected');
    expect(server.stats()).toMatchObject({ sessions: 1, heartbeatsLost: 0, sessionsResumed: 0 });
    expect(client.stats().rttMs).toBeGreaterThanOrEqual(0);
  });
});
