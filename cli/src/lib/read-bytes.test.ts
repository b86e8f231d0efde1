import { expect, it } from 'vitest';
import { readFileBytes, readStream } from './read-bytes.js';

async function* chunks(...parts: number[][]) {
  for (const part of parts) yield new Uint8Array(part);
}

it('puts the chunks together', async () => {
  expect([...(await readStream(chunks([1, 2], [], [3]), 'stdin'))]).toEqual([1, 2, 3]);
});

it('says which file cannot be read', async () => {
  await expect(readFileBytes('/nowhere/at-all')).rejects.toThrow(/cannot read \/nowhere\/at-all: ENOENT/);
});

it('stops at what no server accepts', async () => {
  const endless = {
    async *[Symbol.asyncIterator]() {
      for (;;) yield new Uint8Array(67_108_864).subarray(0);
    },
  };
  await expect(readStream(endless, 'stdin')).rejects.toThrow(/stdin has more than 268435456 bytes/);
});
