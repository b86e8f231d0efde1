import { IoService, type IoServiceClient, type SubscribeRequestInit } from '@polywire/protocol/polywire.io.v1';
import { type Client, type ConnectOptions, connect } from '@polywire/sdk';
import { createServer, type PolywireServer, type ServerOptions, tcp, ws } from '@polywire/server';
import { afterEach } from 'vitest';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** A server on free ports that ends with the test. */
export async function startServer(options: Partial<ServerOptions> = {}): Promise<PolywireServer> {
  const server = await createServer({ listeners: [ws({ port: 0 }), tcp({ port: 0 })], ...options });
  open.push({ close: () => server.close({ drainMs: 0 }) });
  return server;
}

export interface IoClient {
  readonly client: Client;
  readonly io: IoServiceClient;
}

/**
 * A client that does not come back by itself, so that a test notices a connection that the server ends.
 * @param at which listener: 0 WebSocket, 1 TCP
 */
export async function join(
  server: PolywireServer,
  clientId = '',
  at = 0,
  reconnect: ConnectOptions['reconnect'] = false,
): Promise<IoClient> {
  const client = await connect(server.addresses[at] as string, { clientId, reconnect });
  open.push(client);
  return { client, io: client.use(IoService) };
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (payload: Uint8Array): string => new TextDecoder().decode(payload);

export interface Seen {
  readonly topic: string;
  readonly offset: number;
  readonly text: string;
}

/** A subscription that has been answered. */
export class Subscription {
  readonly messages: Seen[] = [];
  epoch = '';
  offset = 0;
  recovered = false;
  error: unknown;
  readonly #abort = new AbortController();
  readonly #done: Promise<void>;
  #stands!: () => void;
  readonly stands = new Promise<void>((resolve) => {
    this.#stands = resolve;
  });

  constructor(io: IoServiceClient, request: SubscribeRequestInit) {
    this.#done = this.#read(io, request).catch((thrown: unknown) => {
      this.error = thrown;
      this.#stands();
    });
  }

  async #read(io: IoServiceClient, request: SubscribeRequestInit): Promise<void> {
    for await (const { event } of io.subscribe(request, { signal: this.#abort.signal })) {
      if (event?.$case === 'subscribed') {
        Object.assign(this, event.value);
        this.#stands();
      } else if (event?.$case === 'message') {
        this.messages.push({ ...event.value, text: text(event.value.payload) });
      }
    }
  }

  get texts(): string[] {
    return this.messages.map((message) => message.text);
  }

  async end(): Promise<void> {
    this.#abort.abort();
    await this.#done;
  }
}

export async function subscribe(io: IoServiceClient, request: SubscribeRequestInit): Promise<Subscription> {
  const subscription = new Subscription(io, request);
  await subscription.stands;
  return subscription;
}
