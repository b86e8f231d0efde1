import { expect, it } from 'vitest';
import { Counters } from './counters.js';

it('a snapshot holds the values of its moment', () => {
  const counters = new Counters();
  counters.messagesIn++;
  counters.bytesIn += 20;
  const snapshot = counters.snapshot();
  counters.messagesIn++;
  expect(snapshot).toEqual({ ...new Counters(), messagesIn: 1, bytesIn: 20 });
  expect(Object.values(new Counters()).every((value) => value === 0)).toBe(true);
  expect(counters.snapshot().messagesIn).toBe(2);
});
