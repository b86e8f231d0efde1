import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { connect } from '@polywire/sdk';
import { createServer, type PolywireServer, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { FaultProxy } from '../kit/fault-proxy.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const opened: { close(): Promise<unknown> }[] = [];

function closing<T extends { close(): Promise<unknown> }>(made: T): T {
  opened.push(made);
  return made;
}

type ServerOptions = Partial<Parameters<typeof createServer>[0]>;

async function start(port = 0, options: ServerOptions = {}): Promise<PolywireServer> {
  return closing(await createServer({ listeners: [ws({ port }), tcp({ port: 0 })], ...options }));
}

/** A proxy in front of a listener, and the client's address of it. */
async function proxied(server: PolywireServer, at: number): Promise<{ proxy: FaultProxy; url: string }> {
  const target = new URL(server.addresses[at] as string);
  const proxy = closing(await FaultProxy.start(Number(target.port)));
  target.port = String(proxy.port);
  return { proxy, url: target.href };
}

afterEach(async () => {
  for (const made of opened.splice(0).reverse()) await made.close();
});

describe.each([
  ['ws', 0],
  ['tcp', 1],
] as const)('a %s connection through a network that fails', (_transport, at) => {
  it('is cut again and again: a watch sees every change once and in order', async () => {
    const server = await start();
    const { proxy, url } = await proxied(server, at);
    const reader = closing(await connect(url, { reconnect: { firstMs: 5, maxMs: 20 } }));
    const writer = closing(await connect(server.addresses[at] as string));
    const seen: string[] = [];
    let stands: () => void = () => {};
    const standing = new Promise<void>((resolve) => {
      stands = resolve;
    });
    const reading = (async () => {
      for await (const { event } of reader.kv.watch({ prefix: 'n/' })) {
        if (event?.$case === 'watching') stands();
        else seen.push(event?.$case === 'change' ? (event.value.entry?.key ?? '') : `${event?.$case}`);
        if (seen.length >= 400) return;
      }
    })();
    await standing;
    const keys = Array.from({ length: 400 }, (_, index) => `n/${index}`);
    for (const [index, key] of keys.entries()) {
      await writer.kv.set({ key, value: bytes('x') });
      if (index % 20 === 10) proxy.cut();
    }
    await reading;
    expect(seen).toEqual(keys);
    expect(reader.stats().reconnects).toBeGreaterThan(3);
  });

  it('is cut while counters grow: every increment counts once', async () => {
    const server = await start();
    const { proxy, url } = await proxied(server, at);
    const client = closing(await connect(url, { reconnect: { firstMs: 5, maxMs: 20 } }));
    const calls: Promise<unknown>[] = [];
    for (let call = 0; call < 300; call++) {
      calls.push(client.kv.increment({ key: 'counter', delta: 1n }));
      if (call % 30 !== 15) continue;
      // Some have arrived, some are on their way, and replies are.
      await new Promise((resolve) => setTimeout(resolve, call % 4));
      proxy.cut();
      await calls.at(-1);
    }
    await Promise.all(calls);
    const { value } = await client.kv.increment({ key: 'counter', delta: 0n });
    expect(value).toBe(300n);
    expect(client.stats()).toMatchObject({ errors: 0 });
    expect(client.stats().reconnects).toBeGreaterThan(3);
  });

  it('is cut while topics are published: every message comes once and in order', async () => {
    const server = await start();
    const { proxy, url } = await proxied(server, at);
    const reader = closing(await connect(url, { reconnect: { firstMs: 5, maxMs: 20 } }));
    const writer = closing(await connect(server.addresses[at] as string));
    const seen: number[] = [];
    const other: string[] = [];
    let stands: () => void = () => {};
    const standing = new Promise<void>((resolve) => {
      stands = resolve;
    });
    const reading = (async () => {
      for await (const { event } of reader.io.subscribe({ topic: 'ticks' })) {
        if (event?.$case === 'message') seen.push(event.value.payload[0] as number);
        else if (event?.$case === 'subscribed') stands();
        else other.push(JSON.stringify(event));
        if (seen.length === 200) return;
      }
    })();
    await standing;
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    for (const number of numbers) {
      await writer.io.broadcast({ topic: 'ticks', payload: Uint8Array.of(number) });
      if (number % 20 === 10) proxy.cut();
    }
    await reading;
    expect(seen).toEqual(numbers);
    expect(other).toEqual([]);
  });

  it('falls silent: found within two heartbeats and replaced, and what was asked is answered', async () => {
    const server = await start(0, { session: { heartbeatMs: 1_000 } });
    const { proxy, url } = await proxied(server, at);
    const client = closing(await connect(url, { reconnect: { firstMs: 5, maxMs: 20 } }));
    const seen: string[] = [];
    void (async () => {
      for await (const { state, code } of client.status()) seen.push(`${state} ${code}`);
    })();
    await client.kv.set({ key: 'a', value: bytes('1') });
    const since = performance.now();
    proxy.halfOpen();
    expect((await client.kv.get({ key: 'a' })).found).toBe(true);
    expect(performance.now() - since).toBeLessThan(5_000);
    expect(seen).toEqual(['connected 0', `disconnected ${ErrorCode.HEARTBEAT_LOST}`, 'connecting 0', 'connected 0']);
    expect(client.welcome.resumed).toBe(true);
  });

  it('and the server is killed and comes back: the client follows', async () => {
    const server = await start();
    const { proxy, url } = await proxied(server, at);
    const client = closing(await connect(url, { reconnect: { firstMs: 5, maxMs: 20 } }));
    proxy.refuses = true;
    proxy.cut();
    const reply = client.kv.get({ key: 'a' });
    await expect.poll(() => proxy.accepted).toBeGreaterThan(3);
    proxy.refuses = false;
    expect((await reply).found).toBe(false);
    expect(client.state).toBe('connected');
  });
});

describe.each([
  ['ws', 0],
  ['tcp', 1],
] as const)('a client over %s', (_transport, at) => {
  it('that is closed ends its session; one that is cut off does not', async () => {
    const server = await start();
    const { proxy, url } = await proxied(server, at);
    const cut = closing(await connect(url, { reconnect: { firstMs: 60_000 } }));
    const client = closing(await connect(server.addresses[at] as string));
    proxy.cut();
    await expect.poll(() => server.stats().sessionsParked).toBe(1);
    await client.close();
    await expect.poll(() => server.sessions()).toEqual([]);
    expect(server.stats().sessionsParked).toBe(1);
    await cut.close();
  });
});
