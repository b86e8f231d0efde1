import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimerHeap } from './timer-heap.js';

describe('TimerHeap', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());
  const heapOf = () => new TimerHeap(() => performance.now());

  it('wakes in the order of time, whatever the order of setting', () => {
    const heap = heapOf();
    const woken: number[] = [];
    const delays = Array.from({ length: 200 }, (_, index) => (index * 73) % 200);
    for (const delay of delays)
      heap.setAfter(
        heap.sleeper(() => woken.push(delay)),
        delay,
      );
    expect(heap.size).toBe(200);
    vi.advanceTimersByTime(99);
    expect(woken).toEqual(Array.from({ length: 100 }, (_, index) => index));
    vi.advanceTimersByTime(200);
    expect(woken).toEqual(Array.from({ length: 200 }, (_, index) => index));
    expect(heap.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('wakes once, at the time that was set last', () => {
    const heap = heapOf();
    const woken: number[] = [];
    const sleeper = heap.sleeper(() => woken.push(performance.now()));
    const start = performance.now();
    for (const delay of [50, 300, 100, 700]) heap.setAfter(sleeper, delay);
    expect(heap.size).toBe(1);
    vi.advanceTimersByTime(699);
    expect(woken).toEqual([]);
    vi.advanceTimersByTime(2000);
    expect(woken).toEqual([start + 700]);
    heap.setAfter(sleeper, 5000);
    heap.setAfter(sleeper, 10);
    vi.advanceTimersByTime(10);
    expect(woken).toEqual([start + 700, start + 2709]);
  });

  it('forgets what is dropped, also one in the middle', () => {
    const heap = heapOf();
    const woken: number[] = [];
    const sleepers = [5, 1, 4, 2, 3].map((delay) => {
      const sleeper = heap.sleeper(() => woken.push(delay));
      heap.setAfter(sleeper, delay);
      return sleeper;
    });
    for (const index of [1, 4]) heap.drop(sleepers[index]!);
    heap.drop(sleepers[1]!);
    vi.advanceTimersByTime(10);
    expect(woken).toEqual([2, 4, 5]);
  });

  it('lets a sleeper set itself again, and others, while it is woken', () => {
    const heap = heapOf();
    const woken: string[] = [];
    const other = heap.sleeper(() => woken.push('other'));
    const again = heap.sleeper(() => {
      woken.push('again');
      if (woken.length < 4) heap.setAfter(again, 10);
      heap.setAfter(other, 3);
    });
    heap.setAfter(again, 10);
    vi.advanceTimersByTime(100);
    expect(woken).toEqual(['again', 'other', 'again', 'other', 'again', 'other']);
  });

  it('forgets everything', () => {
    const heap = heapOf();
    const sleeper = heap.sleeper(() => expect.unreachable());
    heap.setAfter(sleeper, 1);
    heap.clear();
    vi.advanceTimersByTime(10);
    expect([heap.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('wakes the others when one throws, which nobody catches', () => {
    const heap = heapOf();
    const woken: string[] = [];
    const uncaught: (() => void)[] = [];
    const nextTick = vi.spyOn(process, 'nextTick').mockImplementation((run) => void uncaught.push(run as () => void));
    heap.setAfter(
      heap.sleeper(() => {
        throw new Error('mine');
      }),
      5,
    );
    heap.setAfter(
      heap.sleeper(() => woken.push('other')),
      5,
    );
    vi.advanceTimersByTime(5);
    nextTick.mockRestore();
    expect(woken).toEqual(['other']);
    expect(uncaught).toHaveLength(1);
    expect(uncaught[0]).toThrow('mine');
  });
});
