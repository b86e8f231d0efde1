import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect } from '@polywire/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningServer, runServer } from '../kit/run-server.js';

/** POLYWIRE_SILENT_CONNECTIONS=10000 runs it with as many as a machine with `ulimit -n 20000` can hold. */
const COUNT = Number(process.env.POLYWIRE_SILENT_CONNECTIONS ?? 2_000);
const HELLO_TIMEOUT_MS = 2_000;
/** What a busy machine may add. */
const SLACK_MS = 5_000;
/** Dialled at once. */
const DIALS = 200;
/** From one address, so that ports do not run out. */
const PER_ADDRESS = 2_000;

interface Silent {
  readonly socket: Socket;
  readonly connectedAtMs: number;
  closedAtMs: number;
}

const upgrade = (port: number): string =>
  `GET /polywire HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: polywire.v1\r\n\r\n';

/** Connects, upgrades where there is something to upgrade, and says nothing after that. */
async function dialSilent(url: string, index: number): Promise<Silent> {
  const port = Number(new URL(url).port);
  // Elsewhere only 127.0.0.1 is an address of the machine.
  const from = process.platform === 'linux' ? { localAddress: `127.0.0.${2 + Math.floor(index / PER_ADDRESS)}` } : {};
  const socket = connectTcp({ host: '127.0.0.1', port, ...from });
  await once(socket, 'connect');
  if (url.startsWith('ws')) {
    socket.write(upgrade(port));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (!answer.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(answer.toString('latin1'));
  }
  const silent: Silent = { socket, connectedAtMs: performance.now(), closedAtMs: 0 };
  const onEnd = (): void => {
    silent.closedAtMs ||= performance.now();
    socket.destroy();
  };
  // The server's close frame is read and not answered.
  socket.on('data', () => {});
  socket.on('end', onEnd).on('close', onEnd).on('error', onEnd);
  return silent;
}

describe(`${COUNT} connections that say nothing`, () => {
  let server: RunningServer | undefined;
  afterEach(async () => {
    await server?.stop();
  });

  it.each(['ws', 'tcp'] as const)(
    'over %s are closed in time, and others are served',
    {
      timeout: 180_000,
    },
    async (transport) => {
      server = await runServer({
        store: 'memory',
        toml: `[limits]\nmax_connections = ${COUNT + 10}\nhello_timeout_ms = ${HELLO_TIMEOUT_MS}`,
      });
      const url = transport === 'ws' ? server.wsUrl : server.tcpUrl;
      const client = await connect(url, { clientId: 'healthy' });
      let calls = 0;
      let slowestMs = 0;
      let isOver = false;
      const work = (async () => {
        while (!isOver) {
          const startedAt = performance.now();
          await client.kv.set({ key: 'k', value: new Uint8Array(100) });
          slowestMs = Math.max(slowestMs, performance.now() - startedAt);
          calls++;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })();
      const startedAt = performance.now();
      const silent: Silent[] = [];
      while (silent.length < COUNT) {
        const count = Math.min(DIALS, COUNT - silent.length);
        const from = silent.length;
        silent.push(...(await Promise.all(Array.from({ length: count }, (_, n) => dialSilent(url, from + n)))));
      }
      const dialledMs = performance.now() - startedAt;
      const mostAtOnce = silent.filter(({ closedAtMs }) => closedAtMs === 0).length;
      const deadline = performance.now() + HELLO_TIMEOUT_MS + SLACK_MS;
      while (silent.some(({ closedAtMs }) => closedAtMs === 0) && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      isOver = true;
      await work;
      await client.close();
      const livedMs = silent.map(({ closedAtMs, connectedAtMs }) => closedAtMs - connectedAtMs).sort((a, b) => a - b);
      process.stdout.write(
        `silent connections over ${transport}: ${COUNT} dialled in ${seconds(dialledMs)} s (${mostAtOnce} at once at the end of ` +
          `that), closed ${seconds(livedMs[0])} to ${seconds(livedMs.at(-1))} s after connecting (limit ${seconds(HELLO_TIMEOUT_MS)} s); ` +
          `meanwhile ${calls} calls of another client, the slowest ${slowestMs.toFixed(0)} ms\n`,
      );
      for (const { socket } of silent) socket.destroy();
      expect(livedMs[0]).toBeGreaterThan(HELLO_TIMEOUT_MS - 1_000);
      expect(livedMs.at(-1)).toBeLessThan(HELLO_TIMEOUT_MS + SLACK_MS);
      expect(calls).toBeGreaterThan(10);
      expect(slowestMs).toBeLessThan(SLACK_MS);
      // Their places are free again.
      const another = await connect(url);
      expect((await another.kv.get({ key: 'k' })).found).toBe(true);
      await another.close();
    },
  );
});

const seconds = (ms = Number.NaN): string => (ms / 1_000).toFixed(2);
