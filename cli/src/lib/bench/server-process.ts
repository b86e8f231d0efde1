// The server under measurement, with what a default server has, on a free port.
import { createServer, lmdb, memory, quic, tcp, ws } from '@polywire/server';
import { answerParent } from './answer-parent.js';
import type { ServeJob } from './job.js';

const MAX_CONNECTIONS = 100_000;
const listeners = { ws, tcp, quic } as const;

answerParent({
  serve: async ({ transport, lmdbPath }: ServeJob): Promise<string> => {
    const server = await createServer({
      listeners: [listeners[transport]({ port: 0 })],
      store: lmdbPath === undefined ? memory() : lmdb({ path: lmdbPath }),
      limits: { maxConnections: MAX_CONNECTIONS },
    });
    return server.addresses[0] as string;
  },
});
