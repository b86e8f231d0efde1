import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.js';
import { Deadlines } from './deadlines.js';

describe('Deadlines', () => {
  it('expires each once, in time, whatever the order they were set in', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const expired: string[] = [];
    deadlines.set(300, () => expired.push('c'));
    deadlines.set(100, () => expired.push('a'));
    deadlines.set(200, () => expired.push('b'));
    clock.advance(99);
    expect(expired).toEqual([]);
    clock.advance(1);
    expect(expired).toEqual(['a']);
    clock.advance(1_000);
    expect(expired).toEqual(['a', 'b', 'c']);
    expect(clock.pending).toBe(0);
  });

  it('does not expire what was dropped, and leaves no timer behind', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const deadline = deadlines.set(100, () => expect.unreachable());
    deadlines.drop(deadline);
    expect(clock.pending).toBe(0);
    clock.advance(1_000);
  });

  it('runs one timer for many deadlines', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    for (let index = 0; index < 1_000; index++) deadlines.set(100 + index, () => {});
    expect(clock.pending).toBe(1);
  });

  it('one that drops another in the same moment wins', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const expired: string[] = [];
    const second = { drop: () => {} };
    deadlines.set(100, () => {
      expired.push('first');
      second.drop();
    });
    const other = deadlines.set(100, () => expired.push('second'));
    second.drop = () => deadlines.drop(other);
    clock.advance(100);
    expect(expired).toEqual(['first']);
  });
});
