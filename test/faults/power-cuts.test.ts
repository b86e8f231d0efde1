import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScript } from '../kit/bundle-script.js';
import { CutDisk } from './cut-disk.js';
import { faultOfSpace } from './judge-writes.js';
import { SMALL_CHECKPOINTS, WRITERS } from './kill-plan.js';
import type { ReadReport } from './power-cut.js';

/** `npm run test:power-cuts` makes more. */
const CUTS = Number(process.env.POLYWIRE_POWER_CUTS ?? 4);
/** So many cuts meet the same store, then a new one. */
const CUTS_A_STORE = 10;
/** A process that still writes so long after the cut has not noticed it. */
const NOTICE_MS = 300;

const directory = mkdtempSync(join(tmpdir(), 'polywire-power-'));
const disk = makeDisk();
let script: string;
beforeAll(async () => {
  script = await bundleScript('faults', 'power-cut');
});
afterAll(() => {
  disk?.remove();
  rmSync(directory, { recursive: true, force: true });
});

/** What a process acknowledged until it ended. */
interface Acknowledged {
  count: number;
  /** Place of the last write of each writer. */
  readonly lastPlaces: number[];
  oldestRevision: number;
  newestRevision: number;
}

describe.skipIf(disk === undefined)('lmdb store when the power is cut', () => {
  it(
    `loses no acknowledged write and tears none, in ${CUTS} cuts`,
    async () => {
      const lost: string[] = [];
      const rounds: Acknowledged[] = [];
      let slowestOpenMs = 0;
      let revision = 0;
      for (let round = 0; round < CUTS; round++) {
        const first = round - (round % CUTS_A_STORE);
        const path = join(disk?.path ?? '', `store ${first}`);
        if (round === first) revision = 0;
        const acknowledged = await writeUntilCut('write', path, String(round));
        rounds.push(acknowledged);
        const { oldestRevision, newestRevision } = acknowledged;
        if (oldestRevision <= revision) lost.push(`cut ${round}: revision ${oldestRevision} came after ${revision}`);
        // The rounds before as well: a later cut must not bring back or take away what was there.
        const judged = rounds.slice(first).map((_, index) => first + index);
        const report = runScript('read', path, ...judged.map(String)) as ReadReport;
        for (const each of judged) lost.push(...faultsOf(report, each, rounds[each] as Acknowledged));
        if (report.revision < newestRevision) {
          lost.push(`cut ${round}: the store is at revision ${report.revision}, it acknowledged ${newestRevision}`);
        }
        revision = report.revision;
        slowestOpenMs = Math.max(slowestOpenMs, report.openMs);
      }
      const writes = rounds.reduce((sum, { count }) => sum + count, 0);
      const opening = `slowest opening ${Math.round(slowestOpenMs)} ms`;
      process.stdout.write(`power cuts: ${CUTS}, ${writes} acknowledged writes, ${lost.length} lost, ${opening}\n`);
      expect(lost).toEqual([]);
      expect(writes).toBeGreaterThan(CUTS * WRITERS);
    },
    60_000 + CUTS * 5000,
  );

  it('tears no write when the power is cut while it is recovered, after a process died before its flush', async () => {
    const path = join(disk?.path ?? '', 'recovered');
    await writeUntilCut('recover', path);
    const { spaces } = runScript('read', path, '0') as ReadReport;
    const found = spaces['round 0 writer 0'] ?? [];
    expect([0, 10 * SMALL_CHECKPOINTS.pageRows]).toContain(found.length);
  }, 60_000);

  it('would see what is lost: a store that never flushes loses what it acknowledged', async () => {
    const path = join(disk?.path ?? '', 'unsynced');
    const { count, lastPlaces } = await writeUntilCut('unsynced', path);
    const places = runScript('read-unsynced', path) as readonly number[] | undefined;
    // No answer: the files are so broken that opening them ends the process.
    const lost = lastPlaces.reduce((sum, place, writer) => sum + Math.max(0, place - (places?.[writer] ?? 0)), 0);
    process.stdout.write(`power cut without flushes: ${count} acknowledged writes, ${lost} lost\n`);
    expect(lost).toBeGreaterThan(0);
  }, 60_000);
});

/** Cuts the power at a random time after the first acknowledgement, and starts again. */
async function writeUntilCut(task: string, ...args: string[]): Promise<Acknowledged> {
  const child = spawn(process.execPath, [script, task, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk));
  const hasEnded = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const hasBegun = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await Promise.race([hasBegun, hasEnded]);
  await sleep(Math.random() * 300);
  expect(child.exitCode ?? child.signalCode, `before the cut: ${errors}`).toBe(null);
  disk?.cut();
  await Promise.race([hasEnded, sleep(NOTICE_MS)]);
  child.kill('SIGKILL');
  await hasEnded;
  disk?.restore();
  const lastPlaces: number[] = new Array(WRITERS).fill(0);
  const acknowledged: Acknowledged = {
    count: 0,
    lastPlaces,
    oldestRevision: Number.POSITIVE_INFINITY,
    newestRevision: 0,
  };
  for (const line of Buffer.concat(chunks).toString().split('\n').slice(0, -1)) {
    const [writer = 0, place = 0, revision = 0] = line.split(' ').map(Number);
    acknowledged.count++;
    lastPlaces[writer] = place;
    // A delete that finds nothing has none.
    if (revision === 0) continue;
    acknowledged.oldestRevision = Math.min(acknowledged.oldestRevision, revision);
    acknowledged.newestRevision = Math.max(acknowledged.newestRevision, revision);
  }
  return acknowledged;
}

/** In a process of its own: broken files may end it. */
function runScript(...args: string[]): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status === 0) return JSON.parse(stdout);
  if (args[0] === 'read-unsynced') return undefined;
  throw new Error(`the store cannot be read after the cut: ${stderr}`);
}

function faultsOf(report: ReadReport, round: number, { lastPlaces }: Acknowledged): string[] {
  return lastPlaces.flatMap((place, writer) => {
    const space = `round ${round} writer ${writer}`;
    const fault = faultOfSpace(report.spaces[space] ?? [], writer, place);
    return fault === undefined ? [] : [`${space} ${fault}`];
  });
}

function makeDisk(): CutDisk | undefined {
  try {
    return new CutDisk(directory);
  } catch (error) {
    process.stderr.write(
      `The tests of power cuts are SKIPPED: they need Linux, root, mkfs.ext4, loop devices and python3 (${error})\n`,
    );
    return undefined;
  }
}
