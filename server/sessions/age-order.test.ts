import { describe, expect, it } from 'vitest';
import { AgeOrder } from './age-order.js';

describe('an order of age', () => {
  it('gives the oldest first, whatever is added and deleted between', () => {
    const order = new AgeOrder<number>();
    expect(order.takeOldest()).toBeUndefined();
    for (const value of [1, 2, 3, 4]) order.add(value);
    expect(order.takeOldest()).toBe(1);
    expect([order.delete(2), order.delete(2), order.delete(1)]).toEqual([true, false, false]);
    order.add(5);
    expect([order.takeOldest(), order.takeOldest(), order.takeOldest(), order.takeOldest()]).toEqual([
      3,
      4,
      5,
      undefined,
    ]);
    order.add(6);
    expect([...order]).toEqual([6]);
    expect([order.takeOldest(), order.size]).toEqual([6, 0]);
  });

  it('is as quick with the thousandth as with the first', () => {
    const order = new AgeOrder<number>();
    for (let value = 0; value < 4_096; value++) order.add(value);
    let wrong = 0;
    for (let value = 4_096; value < 400_000; value++) {
      order.add(value);
      if (order.takeOldest() !== value - 4_096 || order.size !== 4_096) wrong++;
    }
    expect(wrong).toBe(0);
  });
});
