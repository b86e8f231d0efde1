// The server under measurement, with a service of a user's own beside those that it has.
import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { createServer, type ListenerSpec, lmdb, memory, quic, serve, tcp, ws } from '@polywire/server';
import { ready } from './ready.js';

/** The first argument, as JSON. */
export interface PolywireServerOptions {
  /** Which wires are served, each on a free port. Default: ws and tcp. */
  readonly listen?: readonly ('ws' | 'tcp' | 'kv' | 'banio' | 'msgtrans' | 'quic')[];
  /** Directory of an LMDB store. Undefined: the memory store. */
  readonly lmdbPath?: string;
  /** Of `msgtrans`. Default: true. */
  readonly onePacketAWrite?: boolean;
}

const MAX_CONNECTIONS = 100_000;
const {
  listen = ['ws', 'tcp'],
  lmdbPath,
  onePacketAWrite = true,
} = JSON.parse(process.argv[2] ?? '{}') as PolywireServerOptions;
const listeners: { readonly [name: string]: ListenerSpec } = {
  ws: ws({ port: 0 }),
  tcp: tcp({ port: 0 }),
  kv: tcp({ port: 0, dialect: 'kv' }),
  banio: tcp({ port: 0, dialect: 'banio' }),
  msgtrans: tcp({ port: 0, dialect: 'msgtrans' }),
  quic: quic({ port: 0 }),
};
const server = await createServer({
  listeners: listen.map((name) => listeners[name] as ListenerSpec),
  store: lmdbPath === undefined ? memory() : lmdb({ path: lmdbPath }),
  limits: { maxConnections: MAX_CONNECTIONS, helloTimeoutMs: 60_000 },
  msgtrans: { onePacketAWrite, onRequest: ({ payload }) => payload },
  services: [
    serve(
      ConformanceService,
      { unary: (request) => ({ payload: request.payload }) },
      // The answer is written before the handler's turn ends, so the payload need not be copied.
      { borrowed: true },
    ),
  ],
});
const ports = listen.map((name, index) => [name, Number(new URL(server.addresses[index] as string).port)] as const);
ready(Object.fromEntries(ports));
