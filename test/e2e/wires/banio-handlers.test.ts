import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { FakeClock } from '@polywire/sdk/testing';
import { describe, expect, it } from 'vitest';
import { writeGobMessage } from '../../../server/dialects/banio/gob/gob-writer.js';
import { code, dial, KEY, serve } from './banio-stage.js';

describe('handlers of the server', () => {
  it('are chosen by exact name, then by the longest beginning', async () => {
    const seen: string[] = [];
    const note = (name: string) => (message: { action: string }) => {
      seen.push(`${name}:${message.action}`);
    };
    const actions = { watch: note('watch'), watch_pairs: note('watch_pairs'), ping_own: note('ping_own') };
    const server = await serve({ banio: { actions } });
    const client = await dial(server);
    for (const action of ['watch_pairs', 'watch_pairs2', 'watch', 'watching', 'watc', 'ping_own', '']) {
      client.send(action, 'x');
    }
    await client.settle();
    expect(seen).toEqual([
      'watch_pairs:watch_pairs',
      'watch_pairs:watch_pairs2',
      'watch:watch',
      'watch:watching',
      'ping_own:ping_own',
    ]);
    expect(server.banio?.dropped.action).toBe(2);
  });

  it('see the message and the connection, and may answer', async () => {
    const server = await serve({
      banio: {
        actions: {
          async echo({ payload }, peer) {
            await Promise.resolve();
            peer.addTag('set by the server');
            peer.send('echoed', payload);
            peer.send('who', [peer.clientId, ...peer.tags]);
          },
        },
      },
    });
    const client = await dial(server);
    client.send('init', 'bot-é中', true);
    client.send('subscribe', ['mine']);
    client.send('echo', Buffer.from('00ff', 'hex'));
    expect((await client.receive()).action).toBe('echoed');
    expect((await client.receive()).payload).toBe('["bot-é中","mine","set by the server"]');
    expect(server.banio?.broadcast('set by the server', 'x')).toBe(1);
  });

  it('fail alone', async () => {
    const server = await serve({
      banio: {
        actions: {
          throws: () => {
            throw new Error('at once');
          },
          rejects: () => Promise.reject(new Error('later')),
        },
      },
    });
    const client = await dial(server);
    client.send('throws', undefined);
    client.send('rejects', undefined);
    await client.settle();
    expect(server.banio?.dropped.failed).toBe(2);
    expect(server.stats().errors).toBe(2);
  });

  it.each(['ping', 'onGetVal', '__res__x', ''])('the action %j cannot have one', async (name) => {
    await expect(serve({ banio: { actions: { [name]: () => {} } } })).rejects.toThrow(code('CONFIG_INVALID'));
  });
});

describe('a connection with a key', () => {
  it('takes plain data for ping, pong and init only', async () => {
    const server = await serve({ banio: { aesKey: KEY } });
    const client = await dial(server, { aesKey: KEY });
    client.send('init', 'bot', true);
    client.send('pong', '1', true);
    client.send('onSetVal', { Key: 'k', Val: 'plain' }, true);
    client.send('onGetVal', 'k', true);
    await client.settle();
    expect(server.banio?.dropped).toMatchObject({ plain: 2, cipher: 0, payload: 0 });
    expect(await client.get('k')).toBe('');
    expect(server.sessions()[0]?.clientId).toBe('bot');
  });

  it('takes it for all when told so', async () => {
    const client = await dial(await serve({ banio: { aesKey: KEY, acceptPlain: true } }), { aesKey: KEY });
    client.send('onSetVal', { Key: 'k', Val: 'plain' }, true);
    expect(await client.get('k')).toBe('plain');
  });

  it('a bad key does not start', async () => {
    await expect(serve({ banio: { aesKey: 'abc' } })).rejects.toThrow(code('CONFIG_INVALID'));
  });
});

describe('limits', () => {
  it('a bomb is dropped, and the connection stays', async () => {
    const server = await serve();
    const client = await dial(server);
    const data = deflateSync(Buffer.alloc(64 * 1024 * 1024));
    const body = writeGobMessage({ action: 'onSetVal', data, noEncrypt: false }, 4);
    body.writeUInt32LE(body.length - 4);
    client.raw.send(body);
    await client.settle();
    expect(server.banio?.dropped.zlib).toBe(1);
  });

  it('what nobody wants is not even inflated', async () => {
    const server = await serve();
    const client = await dial(server);
    const body = writeGobMessage({ action: 'unknown', data: Buffer.from('no zlib'), noEncrypt: false }, 4);
    body.writeUInt32LE(body.length - 4);
    client.raw.send(body);
    await client.settle();
    expect(server.banio?.dropped).toMatchObject({ action: 1, zlib: 0 });
  });

  it('a client that asks and does not read waits for itself only', async () => {
    const server = await serve({ limits: { maxQueuedBytes: 1_048_576 } });
    const [greedy, other] = [await dial(server), await dial(server)];
    const value = randomBytes(200_000).toString('base64');
    greedy.set('big', value);
    await greedy.settle();
    greedy.raw.read(false);
    const asked = 100;
    greedy.raw.send(Buffer.concat(Array.from({ length: asked }, () => greedy.frame('onGetVal', 'big'))));
    // Far more than the limit is asked for: it is neither queued nor a reason to close.
    await other.settle();
    const before = process.memoryUsage().rss;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
    expect(await other.get('big')).toHaveLength(value.length);
    greedy.raw.read(true);
    for (let i = 0; i < asked; i++) expect((await greedy.receive()).payload).toHaveLength(value.length);
    await greedy.settle();
  });

  it('a client that does not read broadcasts is closed, and no other notices', async () => {
    const server = await serve({ limits: { maxQueuedBytes: 65_536 } });
    const [slow, other] = [await dial(server), await dial(server)];
    for (const client of [slow, other]) {
      client.send('subscribe', ['t']);
      await client.settle();
    }
    slow.raw.read(false);
    const data = randomBytes(50_000);
    const count = 400;
    for (let i = 0; i < count; i++) {
      server.banio?.broadcast('t', data);
      expect((await other.receive()).action).toBe('t');
    }
    slow.raw.read(true);
    await slow.raw.closed;
    expect(slow.raw.receivedBytes).toBeLessThan(count * data.length);
    await other.settle();
  });

  it('no more runs than may, and everything is answered', async () => {
    const waiting: (() => void)[] = [];
    const server = await serve({
      limits: { maxCalls: 4 },
      banio: { actions: { slow: () => new Promise<void>((resolve) => waiting.push(resolve)) } },
    });
    const client = await dial(server);
    for (let i = 0; i < 10; i++) client.send('slow', undefined);
    client.send('ping', 1n);
    for (const most of [4, 8, 10]) {
      await expect.poll(() => waiting.length).toBe(most);
      for (const end of waiting) end();
    }
    expect((await client.receive()).action).toBe('pong');
  });

  it('a silent client is closed, one that beats stays', async () => {
    const clock = new FakeClock();
    const server = await serve({ clock, banio: { heartbeatTimeoutMs: 30_000 } });
    const [silent, alive, failing] = [await dial(server), await dial(server), await dial(server)];
    for (const client of [silent, alive, failing]) await client.settle();
    clock.advance(29_999);
    alive.send('pong', undefined);
    failing.send('ping', 'no number');
    silent.send('onGetVal', 'k');
    for (const client of [alive, failing, silent]) expect(await client.get('x').catch(() => '')).toBeDefined();
    expect(server.sessions()).toHaveLength(3);
    clock.advance(1);
    await silent.raw.closed;
    await failing.raw.closed;
    for (const client of [silent, failing]) client.raw.destroy();
    await expect.poll(() => server.sessions().length).toBe(1);
    await alive.settle();
  });
});
