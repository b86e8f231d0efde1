import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../server/clock.js';
import { lmdbWithin } from '../../server/stores/lmdb.js';
import type { Store } from '../../server/stores/store.js';
import { bundleScript } from '../kit/bundle-script.js';
import { faultOfSpace } from './judge-writes.js';
import { SMALL_CHECKPOINTS, WRITERS } from './kill-plan.js';

/** POLYWIRE_KILL_ROUNDS runs it longer. */
const ROUNDS = Number(process.env.POLYWIRE_KILL_ROUNDS ?? 20);
const directory = mkdtempSync(join(tmpdir(), 'polywire-kill-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Verdict {
  ackedWrites: number;
  lost: string[];
}

describe('lmdb store under kill -9', () => {
  it(
    `loses no acknowledged write and tears none, in ${ROUNDS} rounds`,
    async () => {
      const script = await bundleScript('faults', 'store-kill');
      const path = join(directory, 'data');
      const verdict: Verdict = { ackedWrites: 0, lost: [] };
      const lastPlaces: number[][] = [];
      let slowestOpenMs = 0;
      for (let round = 0; round < ROUNDS; round++) {
        lastPlaces.push(await writeUntilKilled(script, path, round));
        const started = performance.now();
        const store = await lmdbWithin({ path }, SMALL_CHECKPOINTS)({ clock: systemClock, onError: () => undefined });
        slowestOpenMs = Math.max(slowestOpenMs, performance.now() - started);
        // The round before as well: a later kill must not bring back or take away what was there.
        for (const judged of [round - 1, round]) judge(store, judged, lastPlaces[judged], verdict);
        verdict.ackedWrites += sum(lastPlaces[round]);
        await store.close();
      }
      process.stdout.write(
        `kill -9: ${ROUNDS} rounds, ${verdict.ackedWrites} acknowledged writes, ${verdict.lost.length} lost, ` +
          `slowest opening ${Math.round(slowestOpenMs)} ms\n`,
      );
      expect(verdict.lost).toEqual([]);
      expect(verdict.ackedWrites).toBeGreaterThan(ROUNDS * WRITERS);
      expect(slowestOpenMs).toBeLessThan(2000);
    },
    30_000 + ROUNDS * 3000,
  );
});

/** Place of the last acknowledged write of each writer. */
async function writeUntilKilled(script: string, path: string, round: number): Promise<number[]> {
  const child = spawn(process.execPath, [script, path, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  const hasBegun = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const hasEnded = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, signal) => resolve(signal)));
  await hasBegun;
  await sleep(Math.random() * 300);
  child.kill('SIGKILL');
  expect(await hasEnded).toBe('SIGKILL');
  const lastPlaces: number[] = new Array(WRITERS).fill(0);
  for (const line of Buffer.concat(chunks).toString().split('\n').slice(0, -1)) {
    const [writer = 0, place = 0] = line.split(' ').map(Number);
    lastPlaces[writer] = place;
  }
  return lastPlaces;
}

function judge(store: Store, round: number, lastPlaces: readonly number[] | undefined, verdict: Verdict): void {
  for (const [writer, place] of lastPlaces?.entries() ?? []) {
    const space = `round ${round} writer ${writer}`;
    const found = store.scan(space, { prefix: '', limit: 1000 });
    const entries = found.map(({ key, value }) => [key, new TextDecoder().decode(value)] as const);
    const fault = faultOfSpace(entries, writer, place);
    if (fault !== undefined) verdict.lost.push(`${space} ${fault}`);
  }
}

function sum(numbers: readonly number[] | undefined): number {
  return numbers?.reduce((total, number) => total + number, 0) ?? 0;
}
