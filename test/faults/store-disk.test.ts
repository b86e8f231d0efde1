import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../server/clock.js';
import { lmdb } from '../../server/stores/lmdb.js';
import { bundleScript } from '../kit/bundle-script.js';
import type { TimingReport, WritesReport } from './store-disk-reports.js';
import { type FaultyRun, runScript, runWithFault, stracePath } from './strace.js';

const directory = mkdtempSync(join(tmpdir(), 'polywire-disk-'));
let script: string;
let count = 0;
beforeAll(async () => {
  script = await bundleScript('faults', 'store-disk');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Opens the store once without a fault, so that the fault meets writes only. */
async function makeStore(): Promise<string> {
  const path = join(directory, `store ${count++}`);
  await (await open(path)).close();
  return path;
}

const open = (path: string) => lmdb({ path })({ clock: systemClock, onError: () => undefined });

/** The last line that the script prints. */
function reportOf<Report>({ exitCode, stdout, stderr }: FaultyRun): Report {
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Report;
}

function ackedIn({ stdout }: FaultyRun): string[] {
  return [...stdout.matchAll(/^acked (.*)$/gm)].map(([, key = '']) => key);
}

async function keysIn(path: string): Promise<string[]> {
  const store = await open(path);
  const keys = store.scan('s', { prefix: '', limit: 10_000 }).map(({ key }) => key);
  await store.close();
  return keys;
}

describe.skipIf(stracePath === undefined)('lmdb store on a bad disk', () => {
  it('acknowledges, reports and shows a write only after the disk has flushed it', async () => {
    const DELAY_MS = 300;
    const path = await makeStore();
    const run = await runWithFault(script, [path, 'timing'], `fdatasync:delay_enter=${DELAY_MS * 1000}`);
    const report = reportOf<TimingReport>(run);
    expect(report.ackedAfterMs).toBeGreaterThanOrEqual(DELAY_MS);
    expect(report.readAfterMs).toBeGreaterThanOrEqual(DELAY_MS);
    expect(report.changedAfterMs).toBeGreaterThanOrEqual(DELAY_MS);
    expect(report.changedAfterMs).toBeLessThanOrEqual(report.ackedAfterMs);
  });

  it.each([
    ['fdatasync:error=EIO:when=3+', 'STORAGE_FAILED'],
    ['fdatasync:error=EIO:when=9', 'STORAGE_FAILED'],
    ['fdatasync:error=ENOSPC:when=5+', 'STORAGE_FULL'],
    ['fdatasync:error=EDQUOT:when=20', 'STORAGE_FULL'],
  ])('takes no more writes after %s', async (inject, code) => {
    const path = await makeStore();
    const run = await runWithFault(script, [path, 'writes'], inject);
    const report = reportOf<WritesReport>(run);
    expect(report).toMatchObject({ failed: code, later: code, cleared: code, writable: false });
    expect(report).toMatchObject({ reported: [code], unhandled: [], unreadable: '' });
    expect(report.acked.length).toBeGreaterThan(0);
    expect(report.changed).toEqual(report.acked);
    expect(report.readable).toEqual([...report.acked].sort());
    expect(await keysIn(path)).toEqual([...report.acked].sort());
  });

  it('loses nothing when a part of a checkpoint cannot be flushed', async () => {
    const reports = new Set<string | undefined>();
    // The calls are those of opening, the journal, and each transaction of the checkpoint; then there are none left.
    for (let call = 4; !reports.has(''); call++) {
      const path = await makeStore();
      // Of two transactions that are on their way both fail now and then.
      const when = call % 2 === 0 ? `${call}+` : call;
      const run = await runWithFault(script, [path, 'checkpoint'], `fdatasync:error=EIO:when=${when}`);
      expect(run.stdout).toContain('unhandled: 0');
      reports.add(/^reported (.*)$/m.exec(run.stdout)?.[1]);
      expect((await keysIn(path)).sort(), `call ${call}`).toEqual(ackedIn(run).sort());
    }
    expect([...reports]).toEqual(['STORAGE_FAILED', '']);
  });

  it.each(['pwrite64:error=EIO:when=6', 'pwrite64:error=ENOSPC:when=6+'])(
    'loses nothing when the tables alone fail in a checkpoint: %s',
    async (inject) => {
      const path = await makeStore();
      const run = await runWithFault(script, [path, 'checkpoint'], inject, join(path, 'data.mdb'));
      const acked = ackedIn(run);
      expect(acked.length).toBe(2300);
      expect(run.stdout).not.toMatch(/^reported $/m);
      expect((await keysIn(path)).sort()).toEqual(acked.sort());
    },
  );

  // lmdb-js may end the process when a page cannot be written: see free-space.ts.
  it.each([
    'pwrite64:error=EIO:when=12',
    'pwrite64:error=EIO:when=13+',
    'pwrite64:error=EDQUOT:when=20+',
    'pwrite64:error=ENOSPC:when=40',
  ])('loses nothing after %s', async (inject) => {
    const path = await makeStore();
    const run = await runWithFault(script, [path, 'writes'], inject);
    const acked = ackedIn(run);
    expect(acked.length).toBeGreaterThan(0);
    expect(acked.length).toBeLessThan(120);
    const kept = await keysIn(path);
    expect(kept).toEqual(expect.arrayContaining(acked));
    // The writes that failed may be there or not; no others were begun.
    expect(kept.length).toBeLessThanOrEqual(acked.length + 2);
  });
});

const mountPoint = join(directory, 'small disk');
mkdirSync(mountPoint);
const hasSmallDisk = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', mountPoint]).status === 0;
if (!hasSmallDisk) process.stderr.write('The test of a full disk is SKIPPED: it needs the right to mount one.\n');

describe.skipIf(!hasSmallDisk)('lmdb store on a full disk', () => {
  afterAll(() => void spawnSync('umount', ['-l', mountPoint]));

  it('refuses writes before the disk is full, keeps what was acknowledged, and goes on when opened with more room', async () => {
    const path = join(mountPoint, 'data');
    const run = await runScript(process.execPath, [script, path, 'writes', String(500_000)]);
    const report = reportOf<WritesReport>(run);
    expect(report).toMatchObject({ failed: 'STORAGE_FULL', later: 'STORAGE_FULL', writable: false, unhandled: [] });
    expect(report.acked.length).toBeGreaterThan(10);
    expect(report.readable).toEqual([...report.acked].sort());
    expect(await keysIn(path)).toEqual([...report.acked].sort());
    spawnSync('mount', ['-o', 'remount,size=200m', mountPoint]);
    const again = reportOf<WritesReport>(await runScript(process.execPath, [script, path, 'writes']));
    expect(again).toMatchObject({ failed: '', later: '', cleared: '', writable: true });
  });

  it.each(['fill', 'fill and die'])(
    'keeps every key that was acknowledged until the disk was full (%s)',
    async (task) => {
      spawnSync('mount', ['-o', 'remount,size=60m', mountPoint]);
      const path = join(mountPoint, task);
      // Keys so long take much more room in the tables than in the journal.
      const run = await runScript(process.execPath, [script, path, task, '1000']);
      expect(run.stdout).toContain('refused STORAGE_FULL');
      if (task === 'fill') expect(run.stdout).toContain('reported STORAGE_FULL\nunhandled: 0');
      spawnSync('mount', ['-o', 'remount,size=200m', mountPoint]);
      const kept = await keysIn(path);
      rmSync(path, { recursive: true });
      const acked = ackedIn(run);
      expect(acked.length).toBeGreaterThan(2000);
      const lost = new Set(acked);
      for (const key of kept) lost.delete(key);
      expect(lost.size).toBe(0);
      // What becomes of the four writes of 200 keys each that were on their way is not known.
      expect(kept.length).toBeLessThanOrEqual(acked.length + 800);
    },
  );
});
