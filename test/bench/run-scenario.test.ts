import { describe, expect, it } from 'vitest';
import { chart } from './report/chart.js';
import { markdown } from './report/markdown.js';
import { runScenario } from './run-scenario.js';
import type { Contestant, Scenario } from './scenario.js';

const order: string[] = [];

function contestant(name: string, values: readonly number[]): Contestant {
  let round = 0;
  return {
    name,
    async *run() {
      order.push(name);
      yield { point: 'depth 1', value: values[round++] as number };
      order.push(`${name} again`);
      yield { point: 'depth 2', value: 1 };
    },
  };
}

const scenario: Scenario = {
  name: 'sample',
  title: 'A sample & more',
  unit: 'messages/s',
  better: 'higher',
  note: '',
  contestants: [
    contestant('ours', [50, 300, 80]),
    contestant('theirs', [100, 400, 100]),
    { name: 'absent', missing: 'install it', async *run() {} },
    {
      name: 'broken',
      // biome-ignore lint/correctness/useYield: it fails before
      async *run() {
        order.push('broken');
        throw new Error('a reply is wrong');
      },
    },
  ],
  targets: [
    { point: 'depth 1', contestant: 'ours', against: 'theirs', bound: 0.7 },
    { point: 'depth 1', contestant: 'ours', against: 'absent', bound: 1 },
  ],
  limits: [{ point: 'depth 1', contestant: 'ours', bound: 90 }],
};

describe('runScenario', () => {
  it('stops where more rounds say nothing more', async () => {
    const { figures } = await runScenario(
      { ...scenario, contestants: [contestant('one', [7, 8, 9])], targets: [], limits: [], maxRounds: 2 },
      { rounds: 3, seconds: 1 },
    );
    expect(figures).toMatchObject([{ values: [7, 8] }, { values: [1, 1] }]);
    order.length = 0;
  });

  it('alternates, compares within a round, and names who is missing or has failed', async () => {
    const result = await runScenario(scenario, { rounds: 3, seconds: 1 });
    const round = ['ours', 'theirs', 'ours again', 'theirs again'];
    expect(order.filter((name) => name !== 'broken')).toEqual([...round, ...round, ...round]);
    expect(order.filter((name) => name === 'broken')).toHaveLength(1);
    expect(result.figures).toMatchObject([
      { contestant: 'ours', median: 80, min: 50, max: 300 },
      { contestant: 'ours', point: 'depth 2' },
      { contestant: 'theirs', median: 100 },
      { contestant: 'theirs', point: 'depth 2' },
    ]);
    // 0.5, 0.75 and 0.8: not the ratio of the medians.
    expect(result.ratios).toMatchObject([{ against: 'theirs', median: 0.75, min: 0.5, max: 0.8, reached: true }]);
    expect(result.limits).toMatchObject([{ value: 80, bound: 90, reached: false }]);
    expect(result.missing).toEqual([{ contestant: 'absent', reason: 'install it' }]);
    expect(result.failed).toEqual([{ contestant: 'broken', reason: 'a reply is wrong' }]);

    const machine = {
      cpu: 'c',
      cores: 2,
      memoryGiB: 1,
      kernel: 'k',
      node: 'v20',
      commit: 'abc',
      date: '2026-01-01T00:00',
    };
    const entries = [{ machine, rounds: 3, seconds: 1, result }];
    const page = markdown(entries);
    expect(page).toContain('| ours / theirs | 0.75 | 0.50 to 0.80 |');
    expect(page).toContain('**Missing: absent.** install it');
    expect(page).toContain('**Failed: broken.**');
    expect(chart(entries)).toContain('A sample &amp; more');
    expect(chart(entries)).toContain('✓ 0.75 of 0.7<');
    expect(chart(entries)).toContain('prefers-color-scheme: dark');
  });
});
