import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { IoServiceClient } from '@polywire/protocol/polywire.io.v1';
import { expect, it } from 'vitest';
import { bytes, join, startServer, subscribe } from './io-client.js';

/** What a watcher of a topic was told, as short lines. */
function watch(io: IoServiceClient, topic: string): string[] {
  const lines: string[] = [];
  void (async () => {
    for await (const { event } of io.presence({ topic })) {
      if (event?.$case === 'present')
        lines.push(`${event.value.count}: ${event.value.members.map((each) => each.clientId)}`);
      else if (event !== undefined) lines.push(`${event.$case} ${event.value.clientId} ${event.value.info.length}`);
    }
  })().catch((thrown: unknown) => lines.push(String(thrown)));
  return lines;
}

it('says who is there, and who comes and goes', async () => {
  const server = await startServer();
  const [a, b, c] = [await join(server, 'a'), await join(server, 'b', 1), await join(server, 'c')];
  await subscribe(a.io, { topic: 'room', presence: bytes('info') });
  await subscribe(c.io, { topic: 'room' });
  const told = watch(c.io, 'room');
  await expect.poll(() => told).toEqual(['1: a']);
  const first = await subscribe(b.io, { topic: 'room', presence: new Uint8Array(0) });
  const second = await subscribe(b.io, { topic: 'room', presence: new Uint8Array(0) });
  await expect.poll(() => told.slice(1)).toEqual(['joined b 0']);
  await first.end();
  await second.end();
  await expect.poll(() => told.slice(2)).toEqual(['left b 0']);
  await a.client.close();
  await expect.poll(() => told.slice(3)).toEqual(['left a 4']);
  const late = watch(c.io, 'room');
  await expect.poll(() => late).toEqual(['0: ']);
});

it('is bounded, but its count is not', async () => {
  const server = await startServer({ limits: { maxConnections: 2_000 } });
  const watcher = await join(server);
  await Promise.all(
    Array.from({ length: 1_010 }, async (_, index) => {
      const { io } = await join(server, `${index}`, 1);
      await subscribe(io, { topic: 'full', presence: new Uint8Array(0) });
    }),
  );
  const told = watch(watcher.io, 'full');
  await expect.poll(() => told.length).toBe(1);
  const [count, members = ''] = told[0]?.split(': ') ?? [];
  expect([count, members.split(',').length]).toEqual(['1010', 1_000]);
}, 20_000);

it('is of a topic, not of a pattern', async () => {
  const { io } = await join(await startServer());
  const { error } = await subscribe(io, { topic: 'a.*', presence: new Uint8Array(0) });
  expect(error).toMatchObject({ code: ErrorCode.INVALID_ARGUMENT });
  const told = watch(io, '**');
  await expect.poll(() => told[0]).toMatch(/pattern/);
});
