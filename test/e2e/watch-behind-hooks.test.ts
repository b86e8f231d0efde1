import { KvService } from '@polywire/protocol/polywire.kv.v1';
import { createServer, ws } from '@polywire/server';
import { expect, it } from 'vitest';
import { NativePeer } from '../kit/native-peer.js';

const WRITES = 100;
const WATCHES = 20;

it('a watch loses nothing between its revision and the first change, also behind hooks that take time', async () => {
  const server = await createServer({ listeners: [ws({ port: 0 })] });
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 3));
  server.use({ onExecute: pause, onRespond: pause });
  const [writer, watcher] = [
    await NativePeer.open(server.addresses[0] as string),
    await NativePeer.open(server.addresses[0] as string),
  ];
  const seen: number[][] = [];
  const begins: number[] = [];
  const begin = async (): Promise<void> => {
    const stream = watcher.use(KvService).watch({ prefix: 'k' });
    const revisions: number[] = [];
    const iterator = stream[Symbol.asyncIterator]();
    const { value } = await iterator.next();
    const from = value?.event?.$case === 'watching' ? value.event.value.revision : Number.NaN;
    begins.push(from);
    seen.push(revisions);
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return;
      if (next.value.event?.$case === 'change') revisions.push(next.value.event.value.entry?.revision ?? 0);
    }
  };
  const writing = (async () => {
    let last = 0;
    for (let index = 0; index < WRITES; index++) {
      last = (await writer.use(KvService).set({ key: 'k', value: Uint8Array.of(index) })).revision;
    }
    return last;
  })();
  for (let index = 0; index < WATCHES; index++) {
    begin().catch(() => {});
    await expect.poll(() => seen.length).toBe(index + 1);
  }
  const last = await writing;
  const expected = begins.map((from) => Array.from({ length: last - from }, (_, index) => from + 1 + index));
  await expect.poll(() => seen).toEqual(expected);
  expect(expected.some((revisions) => revisions.length > 0)).toBe(true);
  for (const peer of [writer, watcher]) peer.drop();
  await server.close({ drainMs: 0 });
});
