import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@polywire/sdk';
import { afterAll, describe, expect, it } from 'vitest';
import { runServer, temporaryDirectory } from '../kit/run-server.js';

const ROUNDS = Number(process.env.POLYWIRE_KILL_ROUNDS ?? 20);
const WRITERS = 16;
const seed = Number(process.env.POLYWIRE_KILL_SEED ?? Date.now() % 1_000_000);

/** A small seeded generator (mulberry32): the same seed kills at the same moments. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('kill -9 while clients write', () => {
  const data = temporaryDirectory();
  afterAll(() => data.remove());

  it(
    `loses no acknowledged write in ${ROUNDS} rounds`,
    async () => {
      const random = randomFrom(seed);
      const acknowledged = new Map<string, number>();
      const sent = new Map<string, number>();
      let writes = 0;
      for (let round = 0; round <= ROUNDS; round++) {
        const server = await runServer({ dataDir: data.path });
        const client = await connect(round % 2 === 0 ? server.wsUrl : server.tcpUrl, {
          timeoutMs: 0,
          reconnect: false,
        });
        for (const [key, counter] of acknowledged) {
          const { found, value } = await client.kv.get({ key });
          const stored = found ? Number(new TextDecoder().decode(value)) : -1;
          // What was sent but not acknowledged may be there or not; what was acknowledged must be.
          expect(stored, `${key} in round ${round}, seed ${seed}`).toBeGreaterThanOrEqual(counter);
          expect(stored).toBeLessThanOrEqual(sent.get(key) ?? -1);
        }
        if (round === ROUNDS) {
          await client.close();
          await server.stop();
          break;
        }
        const writer = async (key: string): Promise<void> => {
          for (let counter = Math.max(acknowledged.get(key) ?? 0, sent.get(key) ?? 0) + 1; ; counter++) {
            sent.set(key, counter);
            await client.kv.set({ key, value: new TextEncoder().encode(String(counter)) });
            acknowledged.set(key, counter);
            writes++;
          }
        };
        const writers = Array.from({ length: WRITERS }, (_, index) => writer(`writer-${index}`).catch(() => {}));
        await sleep(20 + random() * 180);
        await server.stop('SIGKILL');
        await Promise.all(writers);
      }
      process.stderr.write(`kill -9: ${ROUNDS} rounds, ${writes} acknowledged writes, 0 lost (seed ${seed})\n`);
      expect(writes).toBeGreaterThan(ROUNDS * WRITERS);
    },
    ROUNDS * 6_000,
  );
});
