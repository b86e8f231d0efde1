import { RelayService, TailNotice, type TailResponse } from '@polywire/protocol/polywire.relay.v1';
import { type Client, connect, PolywireError } from '@polywire/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServer } from '../../server/create-server.js';
import { tcp, ws } from '../../server/listeners.js';
import type { PolywireServer } from '../../server/server.js';
import { RunningRedis, redisProgram } from '../kit/run-redis.js';
import { RelayPeer, until } from './wires/relay-peer.js';

const token = 'tail-t0ken';

describe.skipIf(redisProgram === undefined)('RelayService.Tail', () => {
  let redis: RunningRedis;
  let server: PolywireServer;
  const clients: Client[] = [];

  beforeEach(async () => {
    redis = await RunningRedis.start();
    server = await createServer({
      listeners: [ws({ port: 0 }), tcp({ port: 0 })],
      relay: { redisUrl: redis.url, token, channels: ['a', 'b'], patterns: ['news.*'] },
    });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await server.close({ drainMs: 0 });
    await redis.remove();
  });

  const dial = async (address: number, options: { token?: string } = { token }): Promise<Client> => {
    const client = await connect(server.addresses[address] as string, options);
    clients.push(client);
    return client;
  };

  /** Reads on and notes each item as a short text. */
  const tail = (client: Client, channels: string[]): { readonly seen: string[]; readonly ended: Promise<string> } => {
    const seen: string[] = [];
    const name = ({ notice, channel, payload }: TailResponse): string => {
      if (notice === TailNotice.SUBSCRIBED) return 'SUBSCRIBED';
      if (notice === TailNotice.INTERRUPTED) return 'INTERRUPTED';
      return `${channel}=${Buffer.from(payload).toString('latin1')}`;
    };
    const read = async (): Promise<string> => {
      try {
        for await (const item of client.use(RelayService).tail({ channels })) seen.push(name(item));
        return 'ended';
      } catch (error) {
        return PolywireError.is(error) ? error.codeName : String(error);
      }
    };
    return { seen, ended: read() };
  };

  it.each([0, 1])('gives the messages of the named channels, bytes as they are (listener %i)', async (address) => {
    const client = await dial(address);
    const some = tail(client, ['a', 'news.*']);
    const one = tail(client, ['news.2']);
    await until(() => some.seen.length === 1 && one.seen.length === 1, 'the first items');
    await redis.publish('a', Buffer.from('ff00', 'hex'));
    await redis.publish('b', 'not asked for');
    await redis.publish('news.1', 'x');
    await redis.publish('news.2', 'y');
    await until(() => some.seen.length === 4 && one.seen.length === 2, 'the messages');
    expect(some.seen).toEqual(['SUBSCRIBED', 'a=\xff\0', 'news.1=x', 'news.2=y']);
    expect(one.seen).toEqual(['SUBSCRIBED', 'news.2=y']);
  });

  it('says when messages may be missing, and when they come again', async () => {
    const all = tail(await dial(0), ['a']);
    await until(() => all.seen.length === 1, 'the first item');
    await redis.kill();
    await until(() => all.seen.length === 2, 'the notice');
    const later = tail(await dial(1), ['a']);
    await until(() => later.seen.length === 1, 'the first item');
    await redis.start();
    await until(() => all.seen.length === 3 && later.seen.length === 2, 'the notices');
    await redis.publish('a', '1');
    await until(() => all.seen.length === 4 && later.seen.length === 3, 'the message');
    expect(all.seen).toEqual(['SUBSCRIBED', 'INTERRUPTED', 'SUBSCRIBED', 'a=1']);
    expect(later.seen).toEqual(['INTERRUPTED', 'SUBSCRIBED', 'a=1']);
  });

  it.each([
    ['no token', {}, ['a'], 'UNAUTHENTICATED'],
    ['a wrong token', { token: 'wrong' }, ['a'], 'UNAUTHENTICATED'],
    ['a channel that is not forwarded', { token }, ['a', 'c'], 'NOT_FOUND'],
    ['a pattern that is not forwarded', { token }, ['*'], 'NOT_FOUND'],
    ['no channel', { token }, [], 'INVALID_ARGUMENT'],
  ])('%s is refused', async (_, options, channels, code) => {
    expect(await tail(await dial(0, options), channels).ended).toBe(code);
  });

  it('asks for a permission instead where the tokens are those of the server', async () => {
    await server.close({ drainMs: 0 });
    const tokens = [
      { token: 'reader', permissions: ['relay:a', 'relay:news.*'] },
      { token: 'stranger', permissions: ['kv'] },
    ];
    server = await createServer({
      listeners: [ws({ port: 0 })],
      relay: { redisUrl: redis.url, token, channels: ['a', 'b'], patterns: ['news.*'] },
      auth: { tokens },
    });
    const reader = await dial(0, { token: 'reader' });
    const some = tail(reader, ['a', 'news.*', 'news.2']);
    await until(() => some.seen.length === 1, 'the first item');
    expect(await tail(reader, ['a', 'b']).ended).toBe('PERMISSION_DENIED');
    expect(await tail(await dial(0, { token: 'stranger' }), ['a']).ended).toBe('PERMISSION_DENIED');
    const refused = await dial(0, { token }).catch((error: unknown) => error);
    expect(PolywireError.is(refused) && refused.codeName).toBe('UNAUTHENTICATED');
    // The relay's own wire keeps the relay's token.
    const peer = await RelayPeer.dial(`${(server.addresses[0] as string).replace('/polywire', '/ws')}?token=${token}`);
    await redis.publish('a', '1');
    await until(() => peer.payloads[0] === '1' && some.seen[1] === 'a=1', 'the message');
    peer.close();
  });

  it('and the relay of the same messages at /ws are one subscription', async () => {
    const peer = await RelayPeer.dial(`${(server.addresses[0] as string).replace('/polywire', '/ws')}?token=${token}`);
    const all = tail(await dial(1), ['a']);
    await until(() => all.seen.length === 1, 'the first item');
    expect(await redis.publish('a', '1')).toBe(1);
    await until(() => peer.payloads[0] === '1' && all.seen[1] === 'a=1', 'the message');
    peer.close();
  });
});
