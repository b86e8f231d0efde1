import { describe, expect, it } from 'vitest';
import { type DisconnectReport, runDisconnects } from './disconnect-run.js';
import { runIncrements } from './increment-run.js';

/** POLYWIRE_DISCONNECTS runs it longer; POLYWIRE_SEED runs it with the same chances. */
const DISCONNECTS = Number(process.env.POLYWIRE_DISCONNECTS ?? 200);
const SEED = Number(process.env.POLYWIRE_SEED ?? Date.now() % 1_000_000_000);
const READERS = 16;
const TIMEOUT_MS = 60_000 + DISCONNECTS * 60;

function print(name: string, report: DisconnectReport): void {
  const { packets, faults, ...counts } = report;
  const line = Object.entries({ ...counts, ...packets }).map(([key, value]) => `${key} ${value}`);
  process.stdout.write(`${name}, seed ${SEED}: ${line.join(', ')}, faults ${faults.length}\n`);
}

describe('a topic under forced disconnects', () => {
  it(
    `gives every message once and in order, or says which are lost: ${DISCONNECTS} disconnects`,
    async () => {
      const report = await runDisconnects({ disconnects: DISCONNECTS, readers: READERS, seed: SEED });
      print('disconnects', report);
      expect(report.faults).toEqual([]);
      expect(report.disconnects).toBeGreaterThanOrEqual(DISCONNECTS);
      expect(report.delivered + report.missed).toBe(report.published * READERS);
      expect(report.holes).toBe(0);
      expect(report.recovered).toBeGreaterThan(DISCONNECTS / 10);
    },
    TIMEOUT_MS,
  );

  it(
    'does so although packets come twice, in another order or not at all',
    async () => {
      const packets = { duplicateOneIn: 10, reorderOneIn: 15, dropOneIn: 20 };
      const report = await runDisconnects({ disconnects: DISCONNECTS / 4, readers: READERS, seed: SEED, packets });
      print('packets', report);
      expect(report.faults).toEqual([]);
      expect(report.delivered + report.missed).toBe(report.published * READERS);
      expect(report.duplicatesDropped).toBeGreaterThan(0);
      expect(report.holes).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});

describe('writes under forced disconnects', () => {
  it(
    `happen once each: ${DISCONNECTS} disconnects`,
    async () => {
      const report = await runIncrements({ disconnects: DISCONNECTS, writers: 8, seed: SEED });
      const { faults, ...counts } = report;
      const line = Object.entries(counts).map(([key, value]) => `${key} ${value}`);
      process.stdout.write(`writes, seed ${SEED}: ${line.join(', ')}, faults ${faults.length}\n`);
      expect(faults).toEqual([]);
      // Sessions go on over every cut, so no write is given up.
      expect(report.unknown).toBe(0);
      expect(report.counted).toBe(report.acknowledged);
      expect(report.acknowledged).toBeGreaterThan(DISCONNECTS);
    },
    TIMEOUT_MS,
  );
});
