import { expect, it } from 'vitest';
import { Counters } from './counters.js';

it('a snapshot holds the values of its moment', () => {
  const counters = new Counters();
  counters.messagesIn++;
  counters.bytesIn += 20;
  const snapshot = counters.snapshot();
  counters.messagesIn++;
  expect(snapshot).toEqual({ sessionsTotal: 0, messagesIn: 1, messagesOut: 0, bytesIn: 20, bytesOut: 0, errors: 0 });
  expect(counters.snapshot().messagesIn).toBe(2);
});
