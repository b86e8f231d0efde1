import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import type { CallContext } from '@polywire/protocol/wire';
import { connect } from '@polywire/sdk';
import { createServer, memory, serve, tcp, ws } from '@polywire/server';
import { describe, expect, it } from 'vitest';

describe.each(['ws', 'tcp'])('a handler that keeps the context of a call that has ended, over %s', (wire) => {
  it('sees the client of that call, whoever calls afterwards', async () => {
    const kept: { readonly context: CallContext; readonly clientId: string }[] = [];
    const server = await createServer({
      listeners: [wire === 'ws' ? ws({ port: 0 }) : tcp({ port: 0 })],
      store: memory(),
      services: [
        serve(ConformanceService, {
          unary(request, context) {
            kept.push({ context, clientId: context.peer.clientId });
            return { payload: request.payload };
          },
        }),
      ],
    });
    const clientIds = ['anna', 'ben', 'cleo'];
    const clients = await Promise.all(
      clientIds.map((clientId) => connect(server.addresses[0] as string, { clientId })),
    );
    for (let round = 0; round < 3; round++) {
      for (const client of clients) await client.use(ConformanceService).unary({ payload: new Uint8Array(8) });
    }
    expect(kept.map(({ clientId }) => clientId)).toEqual([...clientIds, ...clientIds, ...clientIds]);
    expect(kept.map(({ context }) => context.peer.clientId)).toEqual(kept.map(({ clientId }) => clientId));
    expect(server.sessions().map(({ messagesIn }) => messagesIn)).toEqual([4, 4, 4]);
    await Promise.all(clients.map((client) => client.close()));
    await server.close();
  });
});
