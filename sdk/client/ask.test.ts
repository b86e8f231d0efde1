import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { PolywireError } from '../core/index.js';
import { bytes, failureOf, said, settled, setUp, task } from './io-client.cases.js';

describe('a service that a client serves', () => {
  it('is offered under its name: tasks are its calls, checked and typed', async () => {
    const { client, server, stream } = await setUp();
    client.serve(ConformanceService, {
      unary: (request, { peer }) => ({ payload: request.payload, count: peer.clientId.length }),
    });
    await settled();
    const { unary, serverStream } = ConformanceService.methods as Record<string, { methodId: number }>;
    const request = Uint8Array.of(10, 1, 42);
    stream(0).say(task('a', request, unary?.methodId));
    await settled();
    stream(0).say(task('b', request, serverStream?.methodId));
    await settled();
    stream(0).say(task('c', Uint8Array.of(255), unary?.methodId));
    await settled();
    const [offer, a, b, c] = said(stream(0));
    expect(offer).toBe(`offer ${ConformanceService.typeName} 1`);
    expect(a).toMatch(/^a: 10,1,42/);
    expect(b).toMatch(`b: error ${ErrorCode.UNIMPLEMENTED}`);
    expect(c).toMatch(`c: error ${ErrorCode.MALFORMED_MESSAGE}`);
    // The server calls it as ever.
    const reply = await server.connection.use(ConformanceService).unary({ payload: bytes(5) });
    expect(reply.payload).toEqual(bytes(5));
  });

  it('is not offered when it is for the server alone', async () => {
    const { client, streams } = await setUp();
    expect(client.serve(ConformanceService, {}, { offer: false })).toBeUndefined();
    await settled();
    expect(streams).toHaveLength(0);
  });
});

describe('asking another client', () => {
  it('is a typed call whose request and reply travel as the payload of a request', async () => {
    const asked: unknown[] = [];
    const { client } = await setUp({
      request: ({ worker, methodId, clientId, payload, retry }) => {
        asked.push([worker, methodId, clientId, retry]);
        return { payload, clientId: 'worker' };
      },
    });
    const reply = await client.ask(ConformanceService, { clientId: 'CS001' }).unary({ payload: bytes(1, 2) });
    expect(reply.payload).toEqual(bytes(1, 2));
    const methodId = ConformanceService.methods.unary?.methodId;
    expect(asked).toEqual([[ConformanceService.typeName, methodId, 'CS001', true]]);
  });

  it('fails with what the server says, with what cannot be read, and for streams', async () => {
    const { client } = await setUp({
      request: ({ clientId }) => {
        if (clientId === 'odd') return { payload: bytes(255) };
        throw new PolywireError(ErrorCode.NO_WORKER, 'nobody does that');
      },
    });
    expect(await failureOf(client.ask(ConformanceService).unary({}))).toBe('NO_WORKER');
    expect(await failureOf(client.ask(ConformanceService, { clientId: 'odd' }).unary({}))).toBe('MALFORMED_MESSAGE');
    const items = client.ask(ConformanceService).serverStream({})[Symbol.asyncIterator]();
    expect(await failureOf(items.next() as Promise<unknown>)).toBe('UNIMPLEMENTED');
  });
});
