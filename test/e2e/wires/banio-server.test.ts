import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { FakeClock } from '@polywire/sdk/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createServer, type ServerOptions } from '../../../server/create-server.js';
import { writeGobMessage } from '../../../server/dialects/banio/gob/gob-writer.js';
import { tcp, ws } from '../../../server/listeners.js';
import type { PolywireServer } from '../../../server/server.js';
import { lmdb } from '../../../server/stores/lmdb.js';
import { temporaryDirectory } from '../../kit/run-server.js';
import { type BanioClient, dialBanio } from './banio-client.js';

const KEY = '000102030405060708090a0b0c0d0e0f';
const ended: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function serve(options: Omit<ServerOptions, 'listeners'> = {}): Promise<PolywireServer> {
  const server = await createServer({ listeners: [tcp({ port: 0, dialect: 'banio' })], ...options });
  const { clock } = options;
  ended.push(async () => {
    // A stop takes time, and a test's clock stands still.
    const ticker = setInterval(() => clock instanceof FakeClock && clock.advance(100), 5);
    await server.close();
    clearInterval(ticker);
  });
  return server;
}

async function dial(server: PolywireServer, options: Parameters<typeof dialBanio>[1] = {}): Promise<BanioClient> {
  const client = await dialBanio(server.addresses[0] as string, options);
  ended.push(() => client.raw.destroy());
  return client;
}

const code = (name: keyof typeof ErrorCode): object => expect.objectContaining({ code: ErrorCode[name] });

describe('ping', () => {
  it.each([
    ['0', '1'],
    ['-1', '0'],
    [' 7 ', '8'],
    ['9007199254740993', '9007199254740994'],
    ['9223372036854775806', '9223372036854775807'],
    ['9223372036854775807', '-9223372036854775808'],
  ])('%s is answered %s', async (sent, answer) => {
    const client = await dial(await serve());
    client.send('ping', sent);
    expect(await client.receive()).toEqual({ action: 'pong', noEncrypt: true, payload: answer });
  });

  it.each(['', '1.0', '1e3', '01', '+1', '"1"', '9223372036854775808', 'x'.repeat(1000)])(
    '%j is not answered',
    async (sent) => {
      const server = await serve();
      const client = await dial(server);
      client.send('ping', sent);
      await client.settle();
      expect(server.banio?.dropped.payload).toBe(1);
    },
  );
});

describe('values', () => {
  it('survive the server, and names are read in any case', async () => {
    const data = temporaryDirectory();
    ended.push(() => data.remove());
    const first = await createServer({
      listeners: [tcp({ port: 0, dialect: 'banio' })],
      store: lmdb({ path: data.path }),
    });
    const client = await dialBanio(first.addresses[0] as string);
    client.send('onSetVal', { KEY: 'a"b', vAL: '"quoted" é\u{1f600}', ExpireSECS: 0 });
    // Sent at once: the reply waits for the disk, not the client.
    expect(await client.get('a"b')).toBe('"quoted" é\u{1f600}');
    client.raw.destroy();
    await first.close();
    const second = await serve({ store: lmdb({ path: data.path }) });
    expect(await (await dial(second)).get('a"b')).toBe('"quoted" é\u{1f600}');
  });

  it.each([
    ['"', '"'],
    ['"a', '"a'],
    ['a"', 'a"'],
    ['"a\\u0062"', 'ab'],
    ['"a\nb"', '"a\nb"'],
    ['"bad\\"', '"bad\\"'],
    ['""', ''],
    ['', ''],
  ])('the key %j is %j', async (sent, key) => {
    const client = await dial(await serve());
    client.send('onGetVal', sent);
    expect(await client.receive()).toEqual({ action: `__res__${key}`, noEncrypt: false, payload: '' });
  });

  it('without a payload has an empty key', async () => {
    const client = await dial(await serve());
    client.send('onGetVal', undefined);
    expect(await client.receive()).toEqual({ action: '__res__', noEncrypt: false, payload: '' });
  });

  it('end after their seconds', async () => {
    const clock = new FakeClock();
    const client = await dial(await serve({ clock }));
    client.set('tmp', 'x', 60);
    expect(await client.get('tmp')).toBe('x');
    clock.advance(59_999);
    expect(await client.get('tmp')).toBe('x');
    clock.advance(1);
    expect(await client.get('tmp')).toBe('');
    client.set('tmp', 'x', 60);
    client.set('tmp', 'y');
    await client.settle();
    clock.advance(100_000);
    expect(await client.get('tmp')).toBe('y');
  });

  it.each([
    ['no JSON', 'x'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number as Val', '{"Key":"k","Val":1}'],
    ['a broken number of seconds', '{"Key":"k","Val":"v","expireSecs":1.5}'],
    ['a key that is too long', JSON.stringify({ Key: 'k'.repeat(1025), Val: 'v' })],
    ['a value that is too large', JSON.stringify({ Key: 'k', Val: 'v'.repeat(1_048_577) })],
  ])('are not set by %s, and the connection stays', async (_, payload) => {
    const server = await serve();
    const client = await dial(server);
    client.send('onSetVal', payload);
    client.send('onSetVal', payload);
    await client.settle();
    expect(server.banio?.dropped.payload).toBe(2);
    expect(server.stats().errors).toBe(2);
  });

  it('of many gets come in the order of the gets', async () => {
    const data = temporaryDirectory();
    ended.push(() => data.remove());
    const client = await dial(await serve({ store: lmdb({ path: data.path }) }));
    const expected: string[] = [];
    for (let i = 0; i < 200; i++) {
      // Every second get has to wait for the disk, the pong for neither.
      if (i % 2 === 0) client.set(`k${i}`, String(i));
      client.send('onGetVal', `k${i}`);
      client.send('ping', BigInt(i));
      expected.push(`__res__k${i}=${i % 2 === 0 ? i : ''}`, `pong=${i + 1}`);
    }
    const seen: string[] = [];
    while (seen.length < expected.length) {
      const { action, payload } = await client.receive();
      seen.push(`${action}=${payload}`);
    }
    expect(seen).toEqual(expected);
  });
});

describe('net locks', () => {
  it('two clients that get and then set never both hold one', async () => {
    const server = await serve();
    const clients = [await dial(server), await dial(server), await dial(server)];
    let holders = 0;
    let turns = 0;
    const contend = async (client: BanioClient, name: string): Promise<void> => {
      for (let round = 0; round < 30; ) {
        if ((await client.get('lock_k')) !== '') continue;
        // Whoever saw it empty may believe to hold it: nobody else sees that until it is given back.
        client.set('lock_k', `${name}${round}`);
        holders++;
        expect(holders).toBe(1);
        expect(await client.get('lock_k')).toBe(`${name}${round}`);
        holders--;
        client.set('lock_k', '');
        await client.settle();
        turns++;
        round++;
      }
    };
    await Promise.all(clients.map((client, i) => contend(client, 'abc'[i] as string)));
    expect(turns).toBe(90);
    expect(server.banio?.dropped.refused).toBe(0);
  });

  it('a second value is refused', async () => {
    const server = await serve();
    const [a, b] = [await dial(server), await dial(server)];
    a.set('lock_k', '1');
    await a.settle();
    b.set('lock_k', '2');
    expect(await b.get('lock_k')).toBe('1');
    expect(server.banio?.dropped.refused).toBe(1);
  });

  it('is free again when the one that saw it empty is gone', async () => {
    const server = await serve();
    const [a, b] = [await dial(server), await dial(server)];
    expect(await a.get('lock_k')).toBe('');
    expect(await b.get('lock_k')).not.toBe('');
    a.raw.destroy();
    await expect.poll(() => b.get('lock_k')).toBe('');
  });
});

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

describe('the end', () => {
  it('a half-closed client gets its answers', async () => {
    const data = temporaryDirectory();
    ended.push(() => data.remove());
    const client = await dial(await serve({ store: lmdb({ path: data.path }) }));
    client.set('k', 'v');
    client.send('onGetVal', 'k');
    client.raw.end();
    expect(await client.receive()).toEqual({ action: '__res__k', noEncrypt: false, payload: 'v' });
    await client.raw.closed;
  });

  it('a frame that is too large ends it after the answers', async () => {
    const server = await serve({ banio: { maxFrameBytes: 1024 } });
    const client = await dial(server);
    client.raw.send(Buffer.concat([client.frame('ping', 1n), Buffer.from('01040000', 'hex')]));
    expect((await client.receive()).payload).toBe('2');
    await client.raw.closed;
    expect(server.stats().errors).toBe(1);
  });

  it('a stopping server lets calls end and closes', async () => {
    let release = (): void => {};
    const server = await serve({
      banio: {
        actions: {
          slow: async (_, peer) => {
            await new Promise<void>((resolve) => {
              release = resolve;
            });
            peer.send('done', 'late');
          },
        },
      },
    });
    const [busy, idle] = [await dial(server), await dial(server)];
    busy.send('slow', undefined);
    await busy.settle();
    await idle.settle();
    const waiting = expect(server.banio?.request({ action: 'x', data: () => 'x' })).rejects.toThrow(
      code('UNAVAILABLE'),
    );
    const closed = server.close();
    await idle.raw.closed;
    release();
    await expect.poll(() => busy.raw.ended).toBe(true);
    await closed;
    await waiting;
    const seen = [await busy.receive(), await busy.receive().catch(() => undefined)];
    expect(seen.some((message) => message?.action === 'done')).toBe(true);
  });
});

describe('clients of older eras', () => {
  it.each(['json', 'zlib-gob'] as const)('of the form %s are served when told so', async (era) => {
    const server = await serve({ banio: { oldEras: true } });
    const [old, present] = [await dial(server, { era }), await dial(server)];
    old.send('onSetVal', { Key: 'k', Val: 'é"' });
    old.send('onGetVal', 'k');
    expect(await old.receive()).toMatchObject(
      era === 'json'
        ? { action: 'onGetValRes', payload: '{"key":"k","val":"é\\""}' }
        : { action: '__res__k', payload: 'é"' },
    );
    old.send('ping', 5n);
    expect(await old.receive()).toMatchObject({ action: 'pong', payload: '6' });
    for (const client of [old, present]) client.send('subscribe', ['t']);
    await present.settle();
    await old.get('x').catch(() => '');
    expect(server.banio?.broadcast('t', 'text')).toBe(2);
    expect(await old.receive()).toMatchObject({ action: 't', payload: era === 'json' ? '"text"' : 'text' });
    expect(await present.receive()).toMatchObject({ action: 't', payload: 'text' });
  });

  it('are not understood otherwise', async () => {
    const server = await serve();
    const client = await dial(server, { era: 'json' });
    client.send('ping', 5n);
    await expect.poll(() => server.banio?.dropped.gob).toBe(1);
    expect(client.raw.ended).toBe(false);
  });

  it('are not served past a key', async () => {
    const server = await serve({ banio: { oldEras: true, aesKey: KEY } });
    const client = await dial(server, { era: 'json' });
    client.send('onSetVal', { Key: 'k', Val: 'v' });
    client.send('ping', 5n);
    expect((await client.receive()).payload).toBe('6');
    expect(server.banio?.dropped.plain).toBe(1);
  });
});

describe('a server', () => {
  it('without a BanIO listener has no BanIO', async () => {
    const server = await createServer({ listeners: [tcp({ port: 0 })] });
    ended.push(() => server.close());
    expect(server.banio).toBeUndefined();
  });

  it('does not speak it over WebSocket', async () => {
    const refused = createServer({ listeners: [ws({ port: 0, dialect: 'banio' })] });
    await expect(refused).rejects.toThrow(code('CONFIG_INVALID'));
  });

  it('listens on port 6789 when none is said', () => {
    expect(tcp({ dialect: 'banio' }).port).toBe(6789);
  });
});
