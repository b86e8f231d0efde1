import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { createServer } from '../../../server/create-server.js';
import { tcp, ws } from '../../../server/listeners.js';
import { lmdb } from '../../../server/stores/lmdb.js';
import { temporaryDirectory } from '../../kit/run-server.js';
import { code, dial, ended, KEY, serve } from './banio-stage.js';

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
