import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../kit/free-port.js';
import { RunningRedis, redisProgram } from '../../kit/run-redis.js';
import { type RunningServer, type RunServerOptions, runServer } from '../../kit/run-server.js';
import { RelayPeer, until } from './relay-peer.js';

const TOKEN = 'pr0cess-t0ken';

describe.skipIf(redisProgram === undefined)("a server with the older relay's variables", () => {
  let redis: RunningRedis;
  let server: RunningServer | undefined;

  beforeAll(async () => {
    redis = await RunningRedis.start();
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });
  afterAll(async () => {
    await redis?.remove();
  });

  const start = async (options: RunServerOptions): Promise<RunningServer> => {
    server = await runServer({ store: 'memory', ...options });
    return server;
  };

  it('serves the relay at its port, and logs no secret however much it logs', async () => {
    const port = await freePort();
    const url = redis.url.replace('//', '//default:r3dis-s3cret@');
    const env = { REDIS_URL: url, WS_AUTH_TOKEN: TOKEN, WS_PORT: String(port) };
    // A user that needs no password takes any.
    const { wsUrl, log, stop } = await start({ env, toml: '[log]\nlevel = "trace"' });
    expect(wsUrl).toBe(`ws://127.0.0.1:${port}/polywire`);
    const peer = await RelayPeer.dial(`ws://127.0.0.1:${port}/ws?token=${TOKEN}`);
    await fetch(`http://127.0.0.1:${port}/ws?token=wr0ng`);
    // At once: a server that says it listens is subscribed.
    await redis.publish('mempool:tx_analysis', 'x');
    await until(() => peer.payloads[0] === 'x', 'the message');
    const { code } = await stop();
    expect([code, peer.closeCode]).toEqual([0, 1001]);
    expect(log()).toContain(
      `relay: subscribed to mempool:tx_analysis, mempool:ctf_tx of Redis at ${new URL(redis.url).host}`,
    );
    expect(log()).toContain('environment REDIS_URL');
    for (const secret of [TOKEN, 'r3dis-s3cret', 'wr0ng']) expect(log()).not.toContain(secret);
  });

  it('goes on without the relay, and says so, when there is no token', async () => {
    const { httpUrl, log } = await start({ env: { REDIS_URL: redis.url } });
    expect(log()).toContain('the relay is off: Redis is named, but no token; set relay.token or WS_AUTH_TOKEN');
    expect((await fetch(`${httpUrl}/ws?token=x`)).status).toBe(404);
    expect((await fetch(`${httpUrl}/readyz`)).status).toBe(200);
  });

  it('refuses to start with the token that everybody knows', async () => {
    const env = { REDIS_URL: redis.url, WS_AUTH_TOKEN: 'secret_token_123' };
    await expect(start({ env })).rejects.toThrow(/CONFIG_INVALID.*environment WS_AUTH_TOKEN: relay\.token/s);
    const { wsUrl } = await start({ env, toml: '[relay]\nallow_default_token = true' });
    const peer = await RelayPeer.dial(`${wsUrl.replace('/polywire', '/ws')}?token=secret_token_123`);
    peer.close();
  });
});
