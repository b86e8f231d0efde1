import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connect } from '@polywire/sdk';
import { createServer, quic, tcp, ws } from '@polywire/server';
import { describe, expect, it } from 'vitest';

// The whole measurement: STOPPED_READERS=200 STOPPED_READERS_MS=60000 npx vitest run test/e2e/stopped-readers.test.ts
const READERS = Number(process.env.STOPPED_READERS ?? 24);
const PUBLISH_MS = Number(process.env.STOPPED_READERS_MS ?? 1_500);
const MAX_QUEUED_BYTES = 262_144;
/** On a busy machine it takes longer: the system's own buffers take some MiB of each reader before anything waits. */
const LEAST_PUBLISHED_BYTES = 20 * 1_048_576;
/** Publishing goes on this often, as much as a reader takes that reads. */
const INTERVAL_MS = 10;
const MiB = 1_048_576;
const CHILD = fileURLToPath(new URL('./stopped-readers-child.mjs', import.meta.url));

describe.each([
  ['ws', () => ws({ port: 0 }), 16_384, 4, LEAST_PUBLISHED_BYTES],
  ['tcp', () => tcp({ port: 0 }), 16_384, 4, LEAST_PUBLISHED_BYTES],
  // All its ends are in JavaScript on this machine: a reader that reads takes less.
  ['quic', () => quic({ port: 0 }), 4_096, 1, 0],
] as const)('stopped readers over %s', (transport, listener, messageBytes, atOnce, leastBytes) => {
  it('cost bounded memory beside a fast publisher, and no other reader a message', {
    timeout: PUBLISH_MS + 60_000,
  }, async () => {
    const limits = { maxQueuedBytes: MAX_QUEUED_BYTES, stallTimeoutMs: 2_000 };
    const server = await createServer({ listeners: [listener()], limits });
    const address = server.addresses[0] as string;
    const child = fork(CHILD, [address, String(READERS), 'fast'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'message');
    const reader = await connect(address, { tls: { insecure: true } });
    const offsets: number[] = [];
    const abort = new AbortController();
    let stands: () => void = () => {};
    const standing = new Promise<void>((resolve) => {
      stands = resolve;
    });
    const reading = (async () => {
      for await (const { event } of reader.io.subscribe({ topic: 'fast' }, { signal: abort.signal })) {
        stands();
        if (event?.$case === 'message') offsets.push(Number(event.value.offset));
        if (event?.$case === 'gap') throw new Error('a reader that reads has lost something');
      }
    })().catch((error: unknown) => {
      if (!abort.signal.aborted) throw error;
    });
    await standing;
    child.kill('SIGSTOP');

    const payload = new Uint8Array(messageBytes);
    const before = process.memoryUsage().rss;
    let most = before;
    let published = 0;
    const until = performance.now() + PUBLISH_MS;
    while (performance.now() < until || published * messageBytes < leastBytes) {
      for (let count = 0; count < atOnce; count++) {
        server.io.broadcast('fast', payload);
        published++;
      }
      most = Math.max(most, process.memoryUsage.rss());
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    }
    // Whoever is not over the limit yet takes nothing, and is found by that.
    await expect.poll(() => server.stats().readersClosed, { timeout: 30_000 }).toBe(READERS);
    most = Math.max(most, process.memoryUsage.rss());
    await expect.poll(() => offsets.length, { timeout: 15_000 }).toBe(published);
    expect(offsets.every((offset, index) => index === 0 || offset === (offsets[index - 1] ?? 0) + 1)).toBe(true);
    const { readersSlow, readersClosed } = server.stats();
    expect(readersSlow).toBeGreaterThanOrEqual(READERS);
    const grown = most - before;
    const line = `${transport}: ${READERS} stopped readers, ${published} messages of ${messageBytes} bytes: memory grew by ${(grown / MiB).toFixed(0)} MiB, ${readersClosed} closed with 3042, the reader that reads has all`;
    process.stdout.write(`${line}\n`);
    // What may wait for each, twice, and what garbage collection leaves lying.
    expect(grown).toBeLessThan(2 * READERS * MAX_QUEUED_BYTES + 192 * MiB);
    child.kill('SIGKILL');
    abort.abort();
    await reading;
    await reader.close();
    await server.close({ drainMs: 0 });
  });
});
