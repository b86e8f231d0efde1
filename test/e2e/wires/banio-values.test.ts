import { FakeClock } from '@polywire/sdk/testing';
import { describe, expect, it } from 'vitest';
import { createServer } from '../../../server/create-server.js';
import { tcp } from '../../../server/listeners.js';
import { lmdb } from '../../../server/stores/lmdb.js';
import { temporaryDirectory } from '../../kit/run-server.js';
import { type BanioClient, dialBanio } from './banio-client.js';
import { dial, ended, serve } from './banio-stage.js';

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
