import { expect, it } from 'vitest';
import { cpuSeconds } from './answer-parent.js';
import { watchOtherCores } from './other-cores.js';

function burn(ms: number): void {
  for (const endsAtMs = performance.now() + ms; performance.now() < endsAtMs; );
}

it('counts what is not our own', async () => {
  // The same work, once said to be ours and once not.
  const withoutOwn = await watchOtherCores(async () => 0);
  const withOwn = await watchOtherCores(async () => cpuSeconds());
  const before = cpuSeconds();
  const startedAtMs = performance.now();
  burn(400);
  const ownCores = ((cpuSeconds() - before) * 1000) / (performance.now() - startedAtMs);
  const [all, others] = await Promise.all([withoutOwn(), withOwn()]);
  expect(Math.abs(all - others - ownCores)).toBeLessThan(0.2);
});
