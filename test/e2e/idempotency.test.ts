import { ConformanceService, type UnaryResponse } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { KvService } from '@polywire/protocol/polywire.kv.v1';
import { type HelloRequestInit, SessionService } from '@polywire/protocol/polywire.session.v1';
import { type CallContext, EMPTY_BYTES } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk';
import { oneWay } from '@polywire/sdk/core';
import { createServer, type PolywireServer, serve, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { NativePeer } from '../kit/native-peer.js';

const open: PolywireServer[] = [];

/** A server whose Unary answers with how often it was called, when the test says so. */
async function start() {
  const calls: { readonly context: CallContext; finish(): void; fail(error: unknown): void }[] = [];
  const counting = serve(ConformanceService, {
    unary: (request, context) => {
      const response = { payload: Uint8Array.of(calls.length + 1) };
      if (request.plan?.delayMs !== 1) {
        calls.push({ context, finish: () => {}, fail: () => {} });
        return response;
      }
      return new Promise((resolve, reject) => calls.push({ context, finish: () => resolve(response), fail: reject }));
    },
  });
  const server = await createServer({ listeners: [ws({ port: 0 }), tcp({ port: 0 })], services: [counting] });
  open.push(server);
  return { server, calls };
}

afterEach(async () => {
  for (const server of open.splice(0)) await server.close({ drainMs: 0 });
});

interface KeyedOptions {
  readonly key: string;
  readonly payload?: Uint8Array;
  /** The handler waits for the test. */
  readonly waits?: boolean;
  readonly timeoutMs?: number;
}

/** Calls Unary with an idempotency key. */
async function callKeyed(peer: NativePeer, options: KeyedOptions): Promise<number> {
  const { key, payload = EMPTY_BYTES, waits = false, timeoutMs = 0 } = options;
  const { unary } = ConformanceService.methods;
  if (unary === undefined) throw new Error('the schema has no Unary');
  const request = { payload, ...(waits ? { plan: { delayMs: 1 } } : {}) };
  const response = await peer.callWith(ConformanceService, unary, request, { idempotencyKey: key, timeoutMs });
  return (response as UnaryResponse).payload[0] ?? 0;
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  const thrown = await call.then(
    () => 'no error',
    (error: unknown) => error,
  );
  return PolywireError.is(thrown) ? thrown.codeName : String(thrown);
}

function resumeOf(peer: NativePeer & { welcome: { sessionId: string; resumeToken: string } }): HelloRequestInit {
  const { sessionId, resumeToken } = peer.welcome;
  return { resume: { sessionId, resumeToken } };
}

describe.each([
  ['ws', 0],
  ['tcp', 1],
] as const)('a call with an idempotency key over %s', (_transport, at) => {
  const dial = (server: PolywireServer, hello: HelloRequestInit = {}) =>
    NativePeer.open(server.addresses[at] as string, hello);

  it('is done once, however often it is asked for', async () => {
    const { server, calls } = await start();
    const peer = await dial(server);
    expect([await callKeyed(peer, { key: 'a' }), await callKeyed(peer, { key: 'a' })]).toEqual([1, 1]);
    expect(await callKeyed(peer, { key: 'b' })).toBe(2);
    expect(calls).toHaveLength(2);
    expect(server.stats().callsRepeated).toBe(1);
    peer.drop();
  });

  it('takes part in the call that still runs', async () => {
    const { server, calls } = await start();
    const peer = await dial(server);
    const both = [callKeyed(peer, { key: 'a', waits: true }), callKeyed(peer, { key: 'a', waits: true })];
    await peer.use(SessionService).ping({ nonce: 1n });
    expect(calls).toHaveLength(1);
    calls[0]?.finish();
    expect(await Promise.all(both)).toEqual([1, 1]);
    peer.drop();
  });

  it('runs on when its connection is lost, and its outcome waits', async () => {
    const { server, calls } = await start();
    const first = await dial(server);
    const lost = codeOf(callKeyed(first, { key: 'a', waits: true }));
    await first.use(SessionService).ping({ nonce: 1n });
    first.drop();
    await expect.poll(() => server.stats().sessionsParked).toBe(1);
    expect(await lost).toBe('UNAVAILABLE');
    expect(calls[0]?.context.signal.aborted).toBe(false);
    calls[0]?.finish();
    const second = await dial(server, resumeOf(first));
    expect(second.welcome.resumed).toBe(true);
    expect(await callKeyed(second, { key: 'a', waits: true })).toBe(1);
    expect(calls).toHaveLength(1);
    second.drop();
  });

  it('belongs to the client, also in a new session', async () => {
    const { server, calls } = await start();
    const first = await dial(server, { clientId: 'CS001' });
    await callKeyed(first, { key: 'a' });
    first.close();
    await first.closed;
    const [again, other] = [await dial(server, { clientId: 'CS001' }), await dial(server, { clientId: 'CS002' })];
    expect([await callKeyed(again, { key: 'a' }), await callKeyed(other, { key: 'a' })]).toEqual([1, 2]);
    expect(calls).toHaveLength(2);
    again.drop();
    other.drop();
  });

  it('is refused for another request with the same key', async () => {
    const { server, calls } = await start();
    const peer = await dial(server);
    await callKeyed(peer, { key: 'a' });
    expect(await codeOf(callKeyed(peer, { key: 'a', payload: Uint8Array.of(1) }))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(callKeyed(peer, { key: 'k'.repeat(65) }))).toBe('INVALID_ARGUMENT');
    expect(calls).toHaveLength(1);
    peer.drop();
  });

  it('is aborted when its session ends, and when its deadline passes', async () => {
    const { server, calls } = await start();
    const peer = await dial(server);
    const late = codeOf(callKeyed(peer, { key: 'late', waits: true, timeoutMs: 50 }));
    const lost = codeOf(callKeyed(peer, { key: 'lost', waits: true }));
    expect(await late).toBe('DEADLINE_EXCEEDED');
    await expect.poll(() => calls[0]?.context.signal.aborted).toBe(true);
    expect(calls[1]?.context.signal.aborted).toBe(false);
    const { goAway } = SessionService.methods;
    if (goAway !== undefined) oneWay(peer.engine, SessionService, goAway, {});
    await peer.use(SessionService).ping({ nonce: 1n });
    peer.drop();
    expect(await lost).toBe('UNAVAILABLE');
    await expect.poll(() => calls[1]?.context.signal.aborted).toBe(true);
  });

  it('keeps an error, but not one that says to try again', async () => {
    const { server, calls } = await start();
    const peer = await dial(server);
    for (const code of [ErrorCode.NOT_FOUND, ErrorCode.RESOURCE_EXHAUSTED]) {
      const before = calls.length;
      const call = codeOf(callKeyed(peer, { key: `error ${code}`, waits: true }));
      await peer.use(SessionService).ping({ nonce: 1n });
      calls[before]?.fail(new PolywireError(code, 'no'));
      expect(await call).toBe(new PolywireError(code, '').codeName);
    }
    expect(await codeOf(callKeyed(peer, { key: `error ${ErrorCode.NOT_FOUND}`, waits: true }))).toBe('NOT_FOUND');
    expect(calls).toHaveLength(2);
    const again = callKeyed(peer, { key: `error ${ErrorCode.RESOURCE_EXHAUSTED}`, waits: true });
    await expect.poll(() => calls.length).toBe(3);
    calls[2]?.finish();
    expect(await again).toBe(3);
    peer.drop();
  });
});

describe('a repetition by another session of the same client', () => {
  it('is refused when that may not make the call', async () => {
    const tokens = [
      { token: 'writer', clientId: 'CS001', permissions: ['kv'] },
      { token: 'reader', clientId: 'CS001', permissions: ['kv.read'] },
    ];
    const server = await createServer({ listeners: [ws({ port: 0 })], auth: { tokens } });
    open.push(server);
    const [address] = server.addresses as [string];
    const increment = async (token: string): Promise<unknown> => {
      const peer = await NativePeer.open(address, { token });
      const route = { idempotencyKey: 'k' };
      const { increment: method } = KvService.methods;
      if (method === undefined) throw new Error('the schema has no Increment');
      return await peer.callWith(KvService, method, { key: 'n', delta: 1n }, route).finally(() => peer.drop());
    };
    const first = await increment('writer');
    expect(await increment('writer')).toEqual(first);
    expect(await codeOf(increment('reader'))).toBe('PERMISSION_DENIED');
  });
});

describe('a server that stops', () => {
  it('waits for a call whose client is gone', async () => {
    const { server, calls } = await start();
    const peer = await NativePeer.open(server.addresses[0] as string);
    const lost = codeOf(callKeyed(peer, { key: 'a', waits: true }));
    await peer.use(SessionService).ping({ nonce: 1n });
    peer.drop();
    await lost;
    let isClosed = false;
    const closing = server.close({ drainMs: 5_000 }).then(() => {
      isClosed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isClosed).toBe(false);
    expect(calls[0]?.context.signal.aborted).toBe(false);
    calls[0]?.finish();
    await closing;
  });
});

describe('a call without a key', () => {
  it('ends with its connection', async () => {
    const { server, calls } = await start();
    const peer = await NativePeer.open(server.addresses[0] as string);
    const lost = codeOf(peer.use(ConformanceService).unary({ plan: { delayMs: 1 } }));
    await peer.use(KvService).get({ key: 'x' });
    const { signal } = calls[0]?.context ?? {};
    expect(signal?.aborted).toBe(false);
    peer.drop();
    await expect.poll(() => signal?.aborted).toBe(true);
    expect(await lost).toBe('UNAVAILABLE');
  });
});
