import { Buffer } from 'node:buffer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RelayConfig } from '../../../server/config/server-config.js';
import { createServer } from '../../../server/create-server.js';
import { ws } from '../../../server/listeners.js';
import { createLogger } from '../../../server/log.js';
import type { PolywireServer } from '../../../server/server.js';
import { RunningRedis, redisProgram } from '../../kit/run-redis.js';
import { RelayPeer, rawRequest, until } from './relay-peer.js';

const TOKEN = 'Grüße +/&=';
const CHANNEL = 'mempool:ctf_tx';
const LIMIT_BYTES = 256 * 1024;
const inQuery = `?token=${encodeURIComponent(TOKEN)}`;
const base64url = Buffer.from(TOKEN).toString('base64url');

const upgrade = {
  Connection: 'keep-alive, Upgrade',
  Upgrade: 'WebSocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** What clients of the relay may count on beyond its vectors, on whatever listener is in use. */
export function relayClientCases(): void {
  describe.skipIf(redisProgram === undefined)('clients of the relay', () => {
    let redis: RunningRedis;
    let server: PolywireServer;
    let log = '';
    const write = (line: string): void => {
      log += line;
    };
    const peers: RelayPeer[] = [];

    beforeAll(async () => {
      redis = await RunningRedis.start();
    });
    afterEach(async () => {
      for (const peer of peers.splice(0)) peer.close();
      await server.close({ drainMs: 0 });
    });
    afterAll(async () => {
      await redis?.remove();
    });

    const start = async (relay: Partial<RelayConfig> = {}): Promise<void> => {
      log = '';
      server = await createServer({
        listeners: [ws({ port: 0 })],
        relay: { redisUrl: redis.url, token: TOKEN, ...relay },
        limits: { maxQueuedBytes: LIMIT_BYTES },
        logger: createLogger({ level: 'trace', write }),
      });
    };
    const port = (): number => Number(new URL(server.addresses[0] as string).port);
    const dial = async (
      query = inQuery,
      protocols: string[] = [],
      headers: Record<string, string> = {},
    ): Promise<RelayPeer> => {
      const peer = await RelayPeer.dial(`ws://127.0.0.1:${port()}/ws${query}`, protocols, headers);
      peers.push(peer);
      return peer;
    };
    const statusOf = async (query: string, headers: Record<string, string> = {}): Promise<number> =>
      (await rawRequest(port(), 'GET', `/ws${query}`, { ...upgrade, ...headers })).status;

    it('the token may be a sub-protocol; the other one that goes with it is agreed on', async () => {
      await start();
      const peer = await dial('', ['polywire.relay.v1', `polywire.token.${base64url}`]);
      expect(peer.webSocket.protocol).toBe('polywire.relay.v1');
      await redis.publish(CHANNEL, 'x');
      await until(() => peer.payloads[0] === 'x', 'the message');
      const wrong = `polywire.relay.v1, polywire.token.${Buffer.from('wrong').toString('base64url')}`;
      const twice = `polywire.token.${base64url}, polywire.token.${base64url}`;
      expect(await statusOf('', { 'Sec-WebSocket-Protocol': wrong })).toBe(401);
      expect(await statusOf('', { 'Sec-WebSocket-Protocol': twice })).toBe(400);
      expect(await statusOf('', { 'Sec-WebSocket-Protocol': 'polywire.relay.v1' })).toBe(400);
      // Where the query has a token only that counts.
      expect(await statusOf('?token=wrong', { 'Sec-WebSocket-Protocol': `polywire.token.${base64url}` })).toBe(401);
    });

    it('the token may be in a header, when that is switched on', async () => {
      await start({ bearer: true, token: 'ascii' });
      await dial('', [], { Authorization: 'Bearer ascii' });
      await dial('', [], { Authorization: 'bearer ascii' });
      expect(await statusOf('', { Authorization: 'Bearer wrong' })).toBe(401);
      expect(await statusOf('', { Authorization: 'Basic ascii' })).toBe(400);
      expect(await statusOf('?token=wrong', { Authorization: 'Bearer ascii' })).toBe(401);
      expect(server.stats().relay?.refused).toBe(2);
    });

    it('pages of other origins are refused, when there is a list', async () => {
      await start({ origins: ['https://App.example', 'http://localhost:3000'] });
      await dial(inQuery, [], { Origin: 'https://app.example' });
      await dial(inQuery, [], { Origin: 'http://localhost:3000' });
      await dial(inQuery);
      for (const Origin of ['https://evil.example', 'null', 'https://app.example.evil.example', 'http://app.example']) {
        expect(await statusOf(inQuery, { Origin })).toBe(403);
      }
    });

    it.each([
      ['no Upgrade', { Upgrade: '' }],
      ['another Upgrade', { Upgrade: 'h2c' }],
      ['no Connection', { Connection: 'keep-alive' }],
      ['no version', { 'Sec-WebSocket-Version': '' }],
      ['version 8', { 'Sec-WebSocket-Version': '8' }],
      ['no key', { 'Sec-WebSocket-Key': '' }],
      ['a short key', { 'Sec-WebSocket-Key': 'c2hvcnQ=' }],
      ['a key that is not base64', { 'Sec-WebSocket-Key': '!!!!!!!!!!!!!!!!!!!!!!==' }],
    ])('%s: 400, whatever the token', async (_, broken) => {
      await start();
      const headers = Object.fromEntries(Object.entries({ ...upgrade, ...broken }).filter(([, value]) => value !== ''));
      for (const query of [inQuery, '?token=wrong', '']) {
        expect((await rawRequest(port(), 'GET', `/ws${query}`, headers)).status).toBe(400);
      }
      expect((await rawRequest(port(), 'GET', '/nowhere', headers)).status).toBe(404);
      expect((await rawRequest(port(), 'GET', '/ws/', headers)).status).toBe(404);
    });

    it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
      '%s /ws: 405, with and without upgrade headers',
      async (method) => {
        await start();
        for (const headers of [upgrade, {}]) {
          const answer = await rawRequest(port(), method, `/ws${inQuery}`, headers);
          expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
        }
      },
    );

    it('payloads that are not UTF-8 are empty, left out, or beside it in base64', async () => {
      const bytes = Buffer.from('ff00fe', 'hex');
      const received: Record<string, Record<string, string>[]> = {};
      for (const notUtf8 of ['empty', 'drop', 'base64'] as const) {
        await start({ notUtf8 });
        const peer = await dial();
        await redis.publish(CHANNEL, bytes);
        await redis.publish(CHANNEL, '\ufeff€');
        await until(() => peer.payloads.includes('\ufeff€'), 'the last message');
        received[notUtf8] = peer.texts.slice(0, -1).map((text) => JSON.parse(text) as Record<string, string>);
        expect(server.stats().relay?.notUtf8).toBe(1);
        await server.close({ drainMs: 0 });
      }
      const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(received).toEqual({
        empty: [{ channel: CHANNEL, payload: '', timestamp }],
        drop: [],
        base64: [{ channel: CHANNEL, payload: '', timestamp, payload_base64: '/wD+' }],
      });
      expect(Object.keys(received.base64?.[0] ?? {})).toEqual(['channel', 'payload', 'timestamp', 'payload_base64']);
    });

    it('patterns are forwarded beside channels, and each message once', async () => {
      await start({ channels: ['mempool:a', 'odd[1]'], patterns: ['mempool:*', 'mem*', 'news.?'] });
      const peer = await dial();
      const channels = [
        'mempool:a',
        'mempool:b',
        'memory',
        'news.1',
        'news.12',
        'odd[1]',
        'odd1',
        'other',
        'mempool:end',
      ];
      for (const channel of channels) await redis.publish(channel, channel);
      await until(() => peer.payloads.includes('mempool:end'), 'the last message');
      expect(peer.payloads).toEqual(['mempool:a', 'mempool:b', 'memory', 'news.1', 'odd[1]', 'mempool:end']);
      expect(server.stats().relay?.received).toBe(6);
    });

    it('a payload over the limit is left out and counted, one at the limit comes', async () => {
      await start({ maxMessageBytes: 1000 });
      const peer = await dial();
      await redis.publish(CHANNEL, 'x'.repeat(1001));
      await redis.publish(CHANNEL, 'x'.repeat(1000));
      await until(() => peer.texts.length === 1, 'the message');
      expect(peer.payloads[0]).toHaveLength(1000);
      expect(server.stats().relay).toMatchObject({ received: 2, tooLarge: 1 });
    });

    it('every client gets the same bytes, so the time is that of the message', async () => {
      await start();
      const all = [await dial(), await dial(), await dial()];
      for (let index = 0; index < 50; index++) await redis.publish(CHANNEL, String(index));
      await until(() => all.every(({ texts }) => texts.length === 50), 'the messages');
      expect(all[1]?.texts).toEqual(all[0]?.texts);
      expect(all[2]?.texts).toEqual(all[0]?.texts);
      expect(all[0]?.payloads).toEqual(Array.from({ length: 50 }, (_, index) => String(index)));
    });

    /** More than the kernel takes for a reader that stands still, and then the limit. */
    const publishMuch = async (): Promise<void> => {
      const payload = 'x'.repeat(64 * 1024);
      for (let index = 0; index < 400; index++) await redis.publish(CHANNEL, `${index}:${payload}`);
    };

    it('a client too far behind is closed with 1013; others get everything', async () => {
      await start();
      const [slow, fast] = [await dial(), await dial()];
      slow.webSocket.pause();
      await publishMuch();
      await until(() => fast.texts.length === 400, 'the messages');
      expect(server.stats().relay).toMatchObject({ slowClients: 1, skipped: 0 });
      slow.webSocket.resume();
      await until(() => slow.closeCode !== 0, 'the close');
      expect(slow.closeCode).toBe(1013);
      // What it got is the beginning, without a gap.
      const numbers = slow.payloads.map((payload) => Number.parseInt(payload, 10));
      expect(numbers).toEqual(numbers.map((_, index) => index));
      expect(numbers.length).toBeLessThan(400);
      expect(fast.closeCode).toBe(0);
    });

    it('or misses messages and stays, when that is chosen', async () => {
      await start({ slowClient: 'skip' });
      const slow = await dial();
      slow.webSocket.pause();
      await publishMuch();
      await until(() => server.stats().relay?.received === 400, 'the messages');
      const skipped = server.stats().relay?.skipped ?? 0;
      expect(skipped).toBeGreaterThan(10);
      slow.webSocket.resume();
      await until(() => slow.texts.length === 400 - skipped, 'what was kept');
      await redis.publish(CHANNEL, 'caught up');
      await until(() => slow.payloads.includes('caught up'), 'the message');
      expect([slow.closeCode, server.stats().relay?.slowClients]).toEqual([0, 0]);
    });

    it('a client that has gone is forgotten at once', async () => {
      await start();
      const peer = await dial();
      expect(server.sessions().map(({ dialect }) => dialect)).toEqual(['relay']);
      peer.close();
      await until(() => server.sessions().length === 0, 'the end of the session');
      expect(server.stats().sessions).toBe(0);
      // Nothing is sent to it any more, nor counted.
      const { messagesOut } = server.stats();
      await redis.publish(CHANNEL, 'x');
      await until(() => server.stats().relay?.received === 1, 'the message');
      expect(server.stats().messagesOut).toBe(messagesOut);
    });

    it('no token is ever logged', async () => {
      await start({ bearer: true, redisUrl: redis.url.replace('//', '//nobody:r3dis-s3cret@') });
      await dial();
      await statusOf('?token=wr0ng-tok3n');
      await statusOf('?%74oken=wr0ng-tok3n&token=wr0ng-tok3n');
      await statusOf('', { Authorization: 'Bearer wr0ng-tok3n' });
      await statusOf('', {
        'Sec-WebSocket-Protocol': `polywire.token.${Buffer.from('wr0ng-tok3n').toString('base64url')}`,
      });
      expect(log).toContain('cannot be subscribed');
      for (const secret of ['wr0ng', encodeURIComponent(TOKEN), TOKEN, base64url, 'd3Iwbmc', 'r3dis']) {
        expect(log).not.toContain(secret);
      }
    });
  });
}
