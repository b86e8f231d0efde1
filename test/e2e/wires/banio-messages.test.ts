import { Buffer } from 'node:buffer';
import { deflateSync } from 'node:zlib';
import { FakeClock } from '@polywire/sdk/testing';
import { describe, expect, it } from 'vitest';
import { code, dial, KEY, serve } from './banio-stage.js';

describe('broadcast', () => {
  it('goes to those with the tag, as it is', async () => {
    const server = await serve();
    const [a, b, c] = [await dial(server), await dial(server), await dial(server)];
    a.send('subscribe', ['price', 'other']);
    b.send('subscribe', ['price']);
    c.send('subscribe', ['pric', 'price_btc']);
    for (const client of [a, b, c]) await client.settle();
    expect(server.banio?.broadcast('price', { 'BTC/USDT': 64250.5, html: '<&>' })).toBe(2);
    expect(server.banio?.broadcast('price', 'text "as it is"')).toBe(2);
    expect(server.banio?.broadcast('price', undefined)).toBe(2);
    expect(server.banio?.broadcast('other', '')).toBe(1);
    expect(server.banio?.broadcast('nobody', 'x')).toBe(0);
    const seen = { action: 'price', noEncrypt: false };
    for (const client of [a, b]) {
      expect(await client.receive()).toEqual({ ...seen, payload: '{"BTC/USDT":64250.5,"html":"<&>"}' });
      expect(await client.receive()).toEqual({ ...seen, payload: 'text "as it is"' });
      expect(await client.receive()).toEqual({ ...seen, payload: undefined });
    }
    expect(await a.receive()).toEqual({ action: 'other', noEncrypt: false, payload: '' });
    await c.settle();
    a.send('unsubscribe', ['price', 'never']);
    await a.settle();
    expect(server.banio?.broadcast('price', 'x')).toBe(1);
    b.raw.destroy();
    await expect.poll(() => server.banio?.broadcast('price', 'x')).toBe(0);
  });

  it('is encoded once for all with the same key, and for each other key', async () => {
    const other = KEY.replace('00', 'ff');
    const server = await serve({
      banio: { aesKey: KEY, actions: { rekey: (_, peer) => peer.useAesKey(other) } },
    });
    const same = [await dial(server, { aesKey: KEY }), await dial(server, { aesKey: KEY })];
    const changing = await dial(server, { aesKey: KEY });
    changing.send('rekey', undefined);
    for (const client of same) client.send('subscribe', ['t']);
    for (const client of same) await client.settle();
    await changing.settle();
    changing.raw.send((await dial(server, { aesKey: other })).frame('subscribe', ['t']));
    await changing.settle();
    expect(server.banio?.broadcast('t', 'secret')).toBe(3);
    const frames = await Promise.all([...same, changing].map((client) => client.raw.receive(1)));
    expect(frames[0]).toEqual(frames[1]);
    expect(frames[2]).not.toEqual(frames[0]);
    expect(Buffer.concat(frames).includes(deflateSync('secret').subarray(2, 8))).toBe(false);
  });

  it('a tag list that is none is dropped', async () => {
    const server = await serve();
    const client = await dial(server);
    for (const payload of ['', 'x', '"t"', '{}', '[1]', '["t",null]']) client.send('subscribe', payload);
    client.send('subscribe', ['x'.repeat(256)]);
    await client.settle();
    expect(server.banio?.dropped).toMatchObject({ payload: 6, refused: 1 });
    expect(server.banio?.broadcast('t', 'x')).toBe(0);
  });
});

describe('request', () => {
  it('asks one worker with the tag, in turn, and the first answer counts', async () => {
    const server = await serve();
    const [idle, ...workers] = [await dial(server), await dial(server), await dial(server)];
    for (const worker of workers) {
      worker.send('subscribe', ['work']);
      await worker.settle();
    }
    for (const worker of [...workers, ...workers]) {
      const data = (id: string): { id: string; n: number } => ({ id, n: 1 });
      const result = server.banio?.request({ action: 'do', tag: 'work', data });
      const { action, payload = '' } = await worker.receive();
      expect(action).toBe('do');
      const { id } = JSON.parse(payload) as { id: string };
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      worker.send(`__res__${id}`, { ok: true });
      worker.send(`__res__${id}`, 'too late');
      await worker.settle();
      expect(Buffer.from((await result) ?? []).toString()).toBe('{"ok":true}');
    }
    expect(server.banio?.dropped.result).toBe(4);
    await idle?.settle();
  });

  it('takes the answer from another connection, and no payload as no bytes', async () => {
    const server = await serve();
    const worker = await dial(server);
    await worker.settle();
    const result = server.banio?.request({ action: 'do', data: () => 'x', id: 'job' });
    await worker.receive();
    worker.raw.destroy();
    (await dial(server)).send('__res__job', undefined);
    expect(await result).toEqual(new Uint8Array(0));
  });

  it('fails when there is nobody, no answer, or the id is taken', async () => {
    const clock = new FakeClock();
    const server = await serve({ clock });
    const ask = (timeoutMs?: number): Promise<Uint8Array> | undefined =>
      server.banio?.request({ action: 'do', data: () => 'x', id: 'job', ...(timeoutMs && { timeoutMs }) });
    await expect(ask()).rejects.toThrow(code('UNAVAILABLE'));
    const client = await dial(server);
    await client.settle();
    await expect(server.banio?.request({ action: 'do', data: () => 'x', tag: 'none' })).rejects.toThrow(
      code('UNAVAILABLE'),
    );
    const first = ask();
    await expect(ask()).rejects.toThrow(code('ALREADY_EXISTS'));
    clock.advance(119_999);
    expect((await client.receive()).action).toBe('do');
    const late = expect(first).rejects.toThrow(code('DEADLINE_EXCEEDED'));
    clock.advance(1);
    await late;
    await client.settle();
    const broken = server.banio?.request({
      action: 'do',
      data: () => {
        throw new Error('no data');
      },
    });
    await expect(broken).rejects.toThrow('no data');
  });
});
