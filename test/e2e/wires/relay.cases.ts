import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../../server/create-server.js';
import { ws } from '../../../server/listeners.js';
import type { PolywireServer } from '../../../server/server.js';
import { RunningRedis, redisProgram } from '../../kit/run-redis.js';
import { root } from '../../rules/source-files.js';
import { RelayPeer, rawRequest, until } from './relay-peer.js';

interface RedisMessage {
  readonly channel: string;
  readonly payloadUtf8?: string;
  readonly payloadHex?: string;
}

interface Step {
  readonly redis?: RedisMessage;
  readonly connect?: true | number;
  readonly receivePayload?: string;
  readonly receiveAll?: readonly string[];
}

interface RelayVector {
  readonly name: string;
  readonly kind: 'handshake' | 'forward' | 'session';
  readonly token?: string;
  readonly request?: { readonly method: string; readonly target: string; readonly headers: Record<string, string> };
  readonly redis?: RedisMessage;
  readonly text?: string | null;
  readonly hex?: string;
  readonly frame?: 'ping';
  readonly timestampPattern?: string;
  readonly steps?: readonly Step[];
  readonly expect: {
    readonly outcome: string;
    readonly status?: number;
    readonly bodyUtf8?: string;
    readonly contentType?: string;
    readonly responseHeaders?: Record<string, string | null>;
    readonly hex?: string;
  };
}

const vectors: readonly RelayVector[] = JSON.parse(
  readFileSync(join(root, 'test/conformance/wires/relay.json'), 'utf8'),
);
const of = (kind: RelayVector['kind']) => vectors.filter((vector) => vector.kind === kind);
const handshakes = of('handshake');
const forwards = of('forward');
const sessions = of('session').filter(({ steps }) => steps === undefined);
const stories = of('session').filter(({ steps }) => steps !== undefined);

const TOKEN = 'secret_token_123';
/** Sent after what shall have no effect, to see that the connection stands. */
const LAST = 'the last one';

/**
 * Every vector of the relay's wire, against a server with a real Redis behind it.
 * @param mode how the relay is reached: at its path on a native listener, or on a listener of its own
 */
export function relayVectorCases(mode: 'native' | 'relay'): void {
  describe.skipIf(redisProgram === undefined)(`vectors of the relay's wire, listener ${mode}`, () => {
    const servers = new Map<string, PolywireServer>();
    const peers: RelayPeer[] = [];
    let redis: RunningRedis;

    beforeAll(async () => {
      redis = await RunningRedis.start();
      for (const token of new Set([TOKEN, ...handshakes.map((vector) => vector.token ?? TOKEN)])) {
        const server = await createServer({
          listeners: [ws({ port: 0, dialect: mode })],
          relay: { redisUrl: redis.url, token, allowDefaultToken: true },
        });
        servers.set(token, server);
      }
    });
    afterEach(() => {
      for (const peer of peers.splice(0)) peer.close();
    });
    afterAll(async () => {
      for (const server of servers.values()) await server.close({ drainMs: 0 });
      await redis?.remove();
    });

    const portOf = (token: string): number =>
      Number(new URL((servers.get(token) as PolywireServer).addresses[0] as string).port);

    const dial = async (): Promise<RelayPeer> => {
      const peer = await RelayPeer.dial(`ws://127.0.0.1:${portOf(TOKEN)}/ws?token=${TOKEN}`);
      peers.push(peer);
      return peer;
    };

    const publish = (message: RedisMessage): Promise<number> => {
      const { channel, payloadUtf8, payloadHex = '' } = message;
      return redis.publish(channel, payloadUtf8 ?? Buffer.from(payloadHex, 'hex'));
    };

    /** Resolves when the server has forwarded it: who connects then is too late for it. */
    const publishAndWait = async (message: RedisMessage): Promise<void> => {
      const received = (): number => servers.get(TOKEN)?.stats().relay?.received ?? 0;
      const before = received();
      await publish(message);
      await until(() => received() > before, 'the message at the server');
    };

    it('there are vectors of every kind', () => {
      expect([handshakes.length, forwards.length, sessions.length, stories.length]).toEqual([17, 8, 3, 2]);
    });

    describe.each([
      ['whole', false],
      ['in two', true],
    ])('%s', (_how, inTwo) => {
      it.each(handshakes)('$name', async ({ request, token = TOKEN, expect: wanted }) => {
        const { method, target, headers } = request as NonNullable<RelayVector['request']>;
        const answer = await rawRequest(portOf(token), method, target, headers, inTwo);
        expect(answer.status).toBe(wanted.status);
        expect(answer.body).toBe(wanted.bodyUtf8 ?? answer.body);
        expect(answer.headers.get('content-type')).toBe(wanted.contentType ?? answer.headers.get('content-type'));
        for (const [name, value] of Object.entries(wanted.responseHeaders ?? {})) {
          expect(answer.headers.get(name.toLowerCase()) ?? null).toBe(value);
        }
      });
    });

    it.each(forwards)('$name', async ({ redis: message, text, timestampPattern }) => {
      const peer = await dial();
      await publish(message as RedisMessage);
      await publish({ channel: 'mempool:ctf_tx', payloadUtf8: LAST });
      await until(() => peer.payloads.includes(LAST), 'the last message');
      const received = peer.texts.slice(0, -1);
      const timestamps = received.map((each) => (JSON.parse(each) as { timestamp: string }).timestamp);
      for (const timestamp of timestamps) expect(timestamp).toMatch(new RegExp(timestampPattern as string));
      // Byte for byte, but for the time.
      const withTime = (text ?? '').replace('2024-01-15T10:30:00.123456789+00:00', timestamps[0] ?? '');
      expect(received).toEqual(text === null ? [] : [withTime]);
      expect(peer.binaries).toEqual([]);
    });

    it.each(sessions)('$name', async ({ text, hex, frame, expect: wanted }) => {
      const peer = await dial();
      const bytes = Buffer.from(hex ?? '', 'hex');
      if (frame === 'ping') peer.webSocket.ping(bytes);
      else peer.webSocket.send(text ?? bytes);
      await publish({ channel: 'mempool:ctf_tx', payloadUtf8: LAST });
      await until(() => peer.payloads.includes(LAST), 'the last message');
      // What goes back to the client has come before: one stream, one order.
      peer.webSocket.ping('end');
      await until(() => peer.pongs.at(-1)?.toString() === 'end', 'the pong');
      expect(peer.pongs.slice(0, -1).map((pong) => pong.toString('hex'))).toEqual(
        wanted.outcome === 'pong' ? [wanted.hex] : [],
      );
      expect([peer.payloads, peer.binaries, peer.closeCode]).toEqual([[LAST], [], 0]);
    });

    it.each(stories)('$name', async ({ steps = [] }) => {
      const connected: RelayPeer[] = [];
      for (const step of steps) {
        if (step.redis !== undefined) await publishAndWait(step.redis);
        for (let count = Number(step.connect ?? 0); count > 0; count--) connected.push(await dial());
        const payloads = step.receiveAll ?? (step.receivePayload === undefined ? undefined : [step.receivePayload]);
        if (payloads === undefined) continue;
        expect(connected.length).toBeGreaterThan(0);
        for (const peer of connected) {
          await until(() => peer.texts.length >= payloads.length, 'the messages');
          expect(peer.payloads).toEqual(payloads);
        }
      }
    });
  });
}
