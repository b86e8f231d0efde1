import { expect, it } from 'vitest';
import { LatencyHistogram } from './latency-histogram.js';

it('is exact for short durations and at most 1/64 too long for others', () => {
  for (const us of [0, 1, 127, 128, 129, 1_000, 65_535, 65_536, 3_000_000]) {
    const histogram = new LatencyHistogram();
    histogram.add(us);
    const found = histogram.quantile(0.5);
    expect(found).toBeGreaterThanOrEqual(us);
    expect(found).toBeLessThanOrEqual(us < 128 ? us : us * (1 + 1 / 64));
  }
});

it('finds shares in what several have counted', () => {
  const all = new LatencyHistogram();
  for (const part of [0, 1]) {
    const one = new LatencyHistogram();
    for (let us = 1 + part; us <= 100; us += 2) one.add(us);
    all.merge(one.counts());
  }
  expect([0, 0.5, 0.99, 1].map((share) => all.quantile(share))).toEqual([1, 50, 99, 100]);
});

it('has 0 for nothing', () => {
  expect(new LatencyHistogram().quantile(0.99)).toBe(0);
});
