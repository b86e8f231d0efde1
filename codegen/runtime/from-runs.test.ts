import { describe, expect, it } from 'vitest';
import { fromRuns } from './from-runs.js';

describe('a table from runs', () => {
  it.each([
    ['nothing', [], {}],
    ['keys one by one', [[3000, 2, 4, 8]], { 2: 3000, 4: 3001, 8: 3002 }],
    ['keys that follow each other', [[3532, 32, -2]], { 32: 3532, 33: 3533, 34: 3534 }],
    [
      'both, in several runs',
      [
        [10, 1, -1, 5],
        [90, 7],
      ],
      { 1: 10, 2: 11, 5: 12, 7: 90 },
    ],
  ])('has %s', (_, runs, table) => {
    expect(fromRuns(runs)).toEqual(table);
  });
});
