import { createServer, type PolywireServer, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { Connection } from '../conformance/src/peer/connection.js';
import { decodeMessage, decodeRoute } from '../conformance/src/peer/message-codec.js';
import { ONE_WAY } from '../conformance/src/peer/packet.js';
import type { CallEvent, PeerCall } from '../conformance/src/peer/peer-call.js';
import { Trace } from '../conformance/src/peer/trace.js';
import { messageDesc, methodInfo } from '../conformance/src/schema/registry.js';

const UNARY = 'polywire.conformance.v1.ConformanceService/Unary';
const GET = 'polywire.kv.v1.KvService/Get';
const WAIT_MS = 5_000;
const GO_AWAY_METHOD_ID = 3;

let server: PolywireServer | undefined;
afterEach(async () => {
  await server?.close({ drainMs: 0 });
});

function start(connection: Connection, method: string, request: object): PeerCall {
  const call = connection.startCall(methodInfo(method));
  call.send(request as never, {});
  return call;
}

function next(call: PeerCall): Promise<CallEvent> {
  return call.events.take(WAIT_MS, call.method.name);
}

describe.each(['ws', 'tcp'] as const)('a server that stops, seen by a client of other making over %s', (transport) => {
  it('says GoAway, answers what runs, refuses what is new, and ends with DRAINING', async () => {
    const listener = transport === 'ws' ? ws({ port: 0 }) : tcp({ port: 0 });
    server = await createServer({ listeners: [listener], conformance: true });
    const connection = await Connection.open(server.addresses[0] as string, 0, new Trace(), WAIT_MS);
    await connection.hello('', WAIT_MS);
    const running = start(connection, UNARY, { payload: 'cnVucw==', plan: { delayMs: 500 } });
    expect((await next(start(connection, GET, { key: 'k' }))).kind).toBe('item');
    const stopping = server.close({ drainMs: 4_000 });

    const goAway = await connection.inbox.take(
      WAIT_MS,
      'GoAway',
      ({ type, serviceId }) => type === ONE_WAY && serviceId === 1,
    );
    expect(decodeRoute(goAway.ext)).toMatchObject({ methodId: GO_AWAY_METHOD_ID, code: 0 });
    expect(decodeMessage(messageDesc('polywire.session.v1.GoAwayRequest'), goAway.payload)).toHaveProperty('reason');
    expect(await next(start(connection, GET, { key: 'k' }))).toMatchObject({ kind: 'error', code: 'DRAINING' });
    expect(await next(running)).toMatchObject({ kind: 'item', json: { payload: 'cnVucw==' } });
    const { code } = await connection.waitForEnd(WAIT_MS);
    expect(code).toBe(transport === 'ws' ? 3043 : 0);
    await stopping;
  });
});
