import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MonotonicClock, systemClock } from './clock.js';

class Machine {
  wall = 1_700_000_000_000;
  monotonic = 5000;
  readonly clock = new MonotonicClock({ wallMs: () => this.wall, monotonicMs: () => this.monotonic });

  /** Lets real time pass, second by second, with the clock being read. */
  pass(ms: number, wallRate = 1): void {
    for (let passed = 0; passed < ms; passed += 1000) {
      const step = Math.min(1000, ms - passed);
      this.monotonic += step;
      this.wall += step * wallRate;
      this.clock.now();
    }
  }
}

describe('MonotonicClock', () => {
  it('runs with real time', () => {
    const machine = new Machine();
    machine.pass(90_500);
    expect(machine.clock.now()).toBe(1_700_000_090_500);
    expect(machine.clock.jumps).toBe(0);
  });

  it('follows drift slowly', () => {
    const machine = new Machine();
    machine.wall += 900;
    machine.pass(1000);
    expect(machine.clock.now()).toBe(1_700_000_001_005);
    machine.pass(300_000);
    expect(machine.clock.now()).toBe(machine.wall);
    expect(machine.clock.jumps).toBe(0);
  });

  it('follows a jump ahead after 30 seconds', () => {
    const machine = new Machine();
    machine.wall += 3_600_000;
    machine.pass(30_000);
    expect(machine.clock.now()).toBe(1_700_000_030_000);
    machine.pass(2000);
    expect(machine.clock.now()).toBe(machine.wall);
    expect(machine.clock.jumps).toBe(1);
  });

  it('ignores a jump ahead that is taken back', () => {
    const machine = new Machine();
    machine.wall += 3_600_000;
    machine.pass(20_000);
    machine.wall -= 3_600_000;
    machine.pass(60_000);
    expect(machine.clock.now()).toBe(machine.wall);
    machine.wall += 3_600_000;
    machine.pass(20_000);
    expect(machine.clock.now()).toBe(machine.wall - 3_600_000);
    expect(machine.clock.jumps).toBe(2);
  });

  it('goes on at its pace after a jump back', () => {
    const machine = new Machine();
    machine.wall -= 3_600_000;
    machine.pass(120_000);
    expect(machine.clock.now()).toBe(1_700_000_120_000);
    expect(machine.clock.jumps).toBe(1);
  });

  it('never moves backwards while it slows down', () => {
    const machine = new Machine();
    let last = machine.clock.now();
    machine.wall -= 800;
    for (let step = 0; step < 5000; step++) {
      machine.monotonic += 1;
      machine.wall += 1;
      const now = machine.clock.now();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });
});

describe('timers', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([1, 10, 2 ** 31, 40 * 86_400_000])('fires once after %d ms, not before', (delayMs) => {
    const run = vi.fn();
    systemClock.setTimer(delayMs, run);
    vi.advanceTimersByTime(delayMs - 1);
    expect(run).toHaveBeenCalledTimes(0);
    vi.advanceTimersByTime(2);
    expect(run).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(2 ** 31);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it.each([10, 2 ** 31 + 10])('cancels a timer of %d ms', (delayMs) => {
    const run = vi.fn();
    const timer = systemClock.setTimer(delayMs, run);
    vi.advanceTimersByTime(delayMs - 5);
    timer.cancel();
    vi.advanceTimersByTime(2 ** 31);
    timer.cancel();
    expect(run).toHaveBeenCalledTimes(0);
  });
});
