import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from 'vitest';
import { createServer } from '../../../server/create-server.js';
import type { MsgTransOptions, MsgTransPeer } from '../../../server/dialects/msgtrans/msgtrans.js';
import { tcp, ws } from '../../../server/listeners.js';
import type { PolywireServer } from '../../../server/server.js';
import { type carriers, dialMsgTrans, type MsgTransClient, settle } from './msgtrans-client.js';

export const ONE_WAY = 0;
export const REQUEST = 1;
export const RESPONSE = 2;

/** Servers and clients that end with their test. */
export function stageOf(onePacketAWrite: boolean) {
  const servers: PolywireServer[] = [];
  const clients: MsgTransClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    for (const server of servers.splice(0)) await server.close({ drainMs: 0 });
  });

  const start = async (
    msgtrans: MsgTransOptions = {},
    more: Partial<Parameters<typeof createServer>[0]> = {},
  ): Promise<PolywireServer> => {
    const listeners = [tcp({ port: 0, dialect: 'msgtrans' }), ws({ port: 0, dialect: 'msgtrans' })];
    const server = await createServer({ listeners, msgtrans: { onePacketAWrite, ...msgtrans }, ...more });
    servers.push(server);
    return server;
  };
  const dial = async (server: PolywireServer, carrier: (typeof carriers)[number] = 'tcp'): Promise<MsgTransClient> => {
    const [scheme] = carrier.split('-');
    const address = server.addresses.find((each) => each.startsWith(`${scheme}:`)) as string;
    const client = await dialMsgTrans(carrier, address);
    clients.push(client);
    return client;
  };
  const peerOf = (server: PolywireServer): MsgTransPeer => server.msgtrans.peers.at(-1) as MsgTransPeer;
  /** The client is connected and the server knows it. */
  const known = async (server: PolywireServer, options?: MsgTransOptions): Promise<[MsgTransClient, MsgTransPeer]> => {
    const client = await dial(server);
    if (options === undefined) await settle(client);
    while (server.msgtrans.peers.length === 0) await sleep(2);
    return [client, peerOf(server)];
  };
  return { start, dial, peerOf, known };
}
