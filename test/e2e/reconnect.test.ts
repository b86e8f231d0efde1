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

async function start(port = 0): Promise<PolywireServer> {
  return closing(await createServer({ listeners: [ws({ port }), tcp({ port: 0 })] }));
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

  it('falls silent: found by heartbeats, replaced, and what was asked is answered', async () => {
    const server = await start();
    const { proxy, url } = await proxied(server, at);
    const client = closing(await connect(url, { reconnect: { firstMs: 5, maxMs: 20 } }));
    await client.kv.set({ key: 'a', value: bytes('1') });
    proxy.cut();
    expect((await client.kv.get({ key: 'a' })).found).toBe(true);
  });
});
