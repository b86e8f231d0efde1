import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { type Client, connect, PolywireError } from '@polywire/sdk';
import { createServer, type PolywireServer, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { FaultProxy } from '../kit/fault-proxy.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const opened: { close(): Promise<unknown> }[] = [];

function closing<T extends { close(): Promise<unknown> }>(made: T): T {
  opened.push(made);
  return made;
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (PolywireError.is(error) ? error.codeName : String(error)),
  );
}

async function start(): Promise<PolywireServer> {
  return closing(await createServer({ listeners: [ws({ port: 0 }), tcp({ port: 0 })] }));
}

async function join(url: string, clientId = ''): Promise<Client> {
  return closing(await connect(url, { clientId, reconnect: { firstMs: 5, maxMs: 20 } }));
}

/** A client whose connection can be cut. */
async function joinThroughProxy(server: PolywireServer, at: number, clientId: string) {
  const target = new URL(server.addresses[at] as string);
  const proxy = closing(await FaultProxy.start(Number(target.port)));
  target.port = String(proxy.port);
  return { proxy, client: await join(target.href, clientId) };
}

afterEach(async () => {
  for (const made of opened.splice(0).reverse()) await made.close();
});

describe.each([
  ['ws', 0],
  ['tcp', 1],
] as const)('clients for clients over %s', (_transport, at) => {
  it('serve a service, and others ask for it: typed, with errors, deadlines and NO_WORKER', async () => {
    const server = await start();
    const [worker, asker] = [
      await join(server.addresses[at] as string, 'worker'),
      await join(server.addresses[0] as string),
    ];
    const service = asker.ask(ConformanceService);
    expect(await failureOf(service.unary({}))).toBe('NO_WORKER');
    let aborted = false;
    const offer = worker.serve(ConformanceService, {
      unary: ({ payload }, { signal }) => {
        if (payload[0] === 9) return { payload: bytes(payload.length) };
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve({});
          });
        });
      },
    });
    await offer?.ready;
    expect((await service.unary({ payload: bytes(9, 9, 9) })).payload).toEqual(bytes(3));
    expect(await failureOf(service.unary({ payload: bytes(1) }, { timeoutMs: 100 }))).toBe('DEADLINE_EXCEEDED');
    await expect.poll(() => aborted).toBe(true);
    expect(await failureOf(asker.ask(ConformanceService, { clientId: 'other' }).unary({}))).toBe('NO_WORKER');
    offer?.stop();
    await expect.poll(() => failureOf(service.unary({ payload: bytes(9) }))).toBe('NO_WORKER');
  });

  it('do tasks while one of them is cut off: the other takes over, and the one comes back to work', async () => {
    const server = await start();
    const { proxy, client } = await joinThroughProxy(server, at, 'cut off');
    const other = await join(server.addresses[at] as string, 'other');
    const doneBy = new Set<string>();
    for (const worker of [client, other]) {
      const double = async ([value = 0]: Uint8Array): Promise<Uint8Array> => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return bytes(value * 2);
      };
      await worker.worker('double', double, { concurrency: 4 }).ready;
    }
    const asker = await join(server.addresses[0] as string);
    const ask = async (value: number): Promise<number | undefined> => {
      const { payload, clientId } = await asker.io.request({ worker: 'double', payload: bytes(value), retry: true });
      doneBy.add(clientId);
      return payload[0];
    };
    for (let round = 0; round < 4; round++) {
      const values = Array.from({ length: 8 }, (_, index) => round * 8 + index);
      const replies = values.map(ask);
      await new Promise((resolve) => setTimeout(resolve, 2));
      proxy.cut();
      expect(await Promise.all(replies)).toEqual(values.map((value) => value * 2));
      doneBy.clear();
      // It offers itself again.
      await expect
        .poll(async () => {
          await Promise.all([1, 2, 3, 4, 5, 6].map(ask));
          return [...doneBy].sort();
        })
        .toEqual(['cut off', 'other']);
    }
    expect(client.stats().reconnects).toBe(4);
  });

  it('know at once that their locks are gone when they are closed', async () => {
    const server = await start();
    const client = await join(server.addresses[at] as string);
    const other = await join(server.addresses[0] as string);
    const [held, given] = [await client.lock('door', { ttlMs: 60_000 }), await client.lock('given', { ttlMs: 60_000 })];
    await given?.release();
    await client.close();
    // The next renewal would be in 20 s, and keep the process alive so long.
    await expect.poll(() => held?.lost.aborted).toBe(true);
    expect(held?.lost.reason.codeName).toBe('LOCK_LOST');
    expect(given?.lost.aborted).toBe(false);
    expect(await other.lock('door', { waitMs: 5_000 })).toBeDefined();
  });

  it('hold a lock over a lost connection, and only one at a time', async () => {
    const server = await start();
    const { proxy, client } = await joinThroughProxy(server, at, 'a');
    const other = await join(server.addresses[0] as string, 'b');
    const held = await client.lock('door', { ttlMs: 5_000 });
    expect(await other.lock('door')).toBeUndefined();
    proxy.cut();
    await held?.renew();
    expect(held?.lost.aborted).toBe(false);
    const waiting = other.lock('door', { waitMs: 10_000 });
    expect(await held?.release()).toBe(true);
    const next = await waiting;
    expect(next?.fencingToken).toBeGreaterThan(held?.fencingToken ?? 0);
    expect(await failureOf(held?.renew() as Promise<void>)).toBe('LOCK_LOST');
    await next?.release();
  });
});
