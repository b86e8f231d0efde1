import { describe, expect, it } from 'vitest';
import { RateBucket } from './rate-bucket.js';

describe('RateBucket', () => {
  it('holds one second, and refills steadily', () => {
    const bucket = new RateBucket(10, 1_000);
    for (let i = 0; i < 10; i++) expect(bucket.take(1_000)).toBe(0);
    expect(bucket.take(1_000)).toBe(100);
    expect(bucket.take(1_050)).toBe(50);
    expect(bucket.take(1_100)).toBe(0);
    expect(bucket.take(1_100)).toBe(100);
    // A long rest brings no more than a second's worth.
    for (let i = 0; i < 10; i++) expect(bucket.take(100_000)).toBe(0);
    expect(bucket.take(100_000)).toBe(100);
  });

  it('never lets more through than a second and what the time brings', () => {
    const bucket = new RateBucket(100, 0);
    let taken = 0;
    for (let nowMs = 0; nowMs < 10_000; nowMs += 3) {
      for (let i = 0; i < 5; i++) if (bucket.take(nowMs) === 0) taken++;
    }
    expect(taken).toBeLessThanOrEqual(1_100);
    expect(taken).toBeGreaterThan(1_050);
  });

  it('goes below nothing by what is charged, and says when it is above again', () => {
    const bucket = new RateBucket(1_000, 0);
    expect(bucket.emptyForMs(0)).toBe(0);
    bucket.charge(3_000, 0);
    expect(bucket.emptyForMs(0)).toBe(2_001);
    expect(bucket.emptyForMs(2_000)).toBe(1);
    expect(bucket.emptyForMs(2_001)).toBe(0);
  });

  it('says a time after which it is there', () => {
    const bucket = new RateBucket(7, 0);
    for (let i = 0; i < 7; i++) bucket.take(0);
    const waitMs = bucket.take(0);
    expect(bucket.take(waitMs)).toBe(0);
  });
});
