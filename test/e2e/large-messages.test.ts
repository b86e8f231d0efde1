import { randomBytes } from 'node:crypto';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { KvServiceCalls } from '@polywire/protocol/polywire.kv.v1';
import { SessionService } from '@polywire/protocol/polywire.session.v1';
import { connect, PolywireError } from '@polywire/sdk';
import { connect as connectBare, fragments } from '@polywire/sdk/bare';
import { createServer, type PolywireServer, quic, tcp, ws } from '@polywire/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MiB = 1_048_576;
const limits = { maxPayloadBytes: 131_072, maxValueBytes: 12 * MiB, maxMessageBytes: 13 * MiB };

let server: PolywireServer;

beforeAll(async () => {
  server = await createServer({ listeners: [ws({ port: 0 }), tcp({ port: 0 }), quic({ port: 0 })], limits });
});

afterAll(() => server.close({ drainMs: 0 }));

describe.each([
  ['ws', 0, 10_000_000],
  ['tcp', 1, 10_000_000],
  ['quic', 2, 2_000_000],
] as const)('a large value over %s', (transport, at, bytes) => {
  const open = () => connect(server.addresses[at] as string, { tls: { insecure: true }, timeoutMs: 15_000 });

  it('is set, watched and read, and heartbeats do not wait for it', async () => {
    const client = await open();
    const other = await open();
    expect(client.welcome.limits).toMatchObject({ maxMessageBytes: 13 * MiB, maxPayloadBytes: 131_072 });
    const key = `large ${transport}`;
    const value = new Uint8Array(randomBytes(bytes));
    const watched = (async () => {
      for await (const { event } of other.kv.watch({ prefix: key })) {
        if (event?.$case === 'change') return event.value;
      }
      return undefined;
    })();
    await new Promise((resolve) => setTimeout(resolve, 50));

    const order: string[] = [];
    const note = (what: string) => () => void order.push(what);
    const set = client.kv.set({ key, value }).then(note('set'));
    const up = client.use(SessionService).ping({ nonce: 1n }).then(note('ping'));
    await Promise.all([set, up]);
    const get = client.kv.get({ key });
    get.then(note('get'), () => {});
    const down = client.use(SessionService).ping({ nonce: 1n }).then(note('ping'));
    await down;
    const read = await get;
    expect(Buffer.compare(read.value, value)).toBe(0);
    expect(order).toEqual(['ping', 'set', 'ping', 'get']);
    const change = await watched;
    expect(Buffer.compare(change?.entry?.value ?? new Uint8Array(0), value)).toBe(0);
    await Promise.all([client.close(), other.close()]);
  });

  it('is refused when it is over the limit, and the connection goes on', async () => {
    const client = await open();
    const error = await client.kv.set({ key: 'x', value: new Uint8Array(14 * MiB) }).catch((thrown: unknown) => thrown);
    expect(PolywireError.is(error) && error.code).toBe(ErrorCode.PACKET_TOO_LARGE);
    expect((await client.kv.get({ key: 'x' })).found).toBe(false);
    await client.close();
  });
});

const address = () => server.addresses[0] as string;
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (thrown: unknown) => (PolywireError.is(thrown) ? `${thrown.codeName}: ${thrown.message}` : String(thrown)),
  );

it('a message that subscribers cannot be sent is refused whole, and leaves no hole in its topic', async () => {
  const client = await connect(address());
  const offsets: number[] = [];
  const reading = (async () => {
    for await (const { event } of client.io.subscribe({ topic: 'large' })) {
      if (event?.$case === 'message') offsets.push(event.value.offset);
      if (offsets.length === 2) return;
    }
  })();
  const publish = (size: number) =>
    failureOf(client.io.broadcast({ topic: 'large', payload: new Uint8Array(size), tags: new Map([['ü', 'ß']]) }));
  await expect.poll(() => server.stats().io).toMatchObject({ topics: 1 });
  expect(await publish(limits.maxMessageBytes - 600)).toBe('no error');
  for (const missing of [500, 100, 60, 50]) {
    expect(await publish(limits.maxMessageBytes - missing)).toMatch(/^PACKET_TOO_LARGE: .*limits.max_message_bytes/);
  }
  expect(
    await failureOf(client.kv.publish({ topic: 'large', payload: new Uint8Array(limits.maxMessageBytes - 40) })),
  ).toMatch(/^PACKET_TOO_LARGE/);
  expect((await client.io.broadcast({ topic: 'large', payload: new Uint8Array(1) })).offset).toBe(2);
  await reading;
  expect(offsets).toEqual([1, 2]);
  await client.close();
});

describe('a small client', () => {
  it('refuses messages in pieces, in either direction, with what to do, and goes on', async () => {
    const writer = await connect(address());
    const value = new Uint8Array(MiB);
    await writer.kv.set({ key: 'large', value });
    const client = await connectBare(address());
    const kv = client.use(KvServiceCalls);
    expect(await failureOf(kv.set({ key: 'mine', value }))).toMatch(/^PACKET_TOO_LARGE: .* connect with `fragments`$/);
    expect(await failureOf(kv.get({ key: 'large' }))).toMatch(/^PACKET_TOO_LARGE: .* connect with `fragments`$/);
    const watching = (async () => {
      for await (const { event } of kv.watch({ prefix: 'watched' })) {
        if (event?.$case === 'watching') await writer.kv.set({ key: 'watched', value });
      }
    })();
    expect(await failureOf(watching)).toMatch(/^PACKET_TOO_LARGE: /);
    expect((await kv.get({ key: 'mine' })).found).toBe(false);
    expect(client.stats().connections).toBe(1);
    await Promise.all([writer.close(), client.close()]);
  });

  it('takes and sends them when it is given fragments', async () => {
    const client = await connectBare(address(), { fragments });
    const kv = client.use(KvServiceCalls);
    const value = new Uint8Array(randomBytes(MiB));
    await kv.set({ key: 'own', value });
    expect(Buffer.compare((await kv.get({ key: 'own' })).value, value)).toBe(0);
    await client.close();
  });
});
