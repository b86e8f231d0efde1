import { describe, expect, it } from 'vitest';
import { WireError } from './wire-error.js';

describe('WireError', () => {
  it('is known by its brand, so that another copy of the package is known too', () => {
    const copy = Object.assign(new Error('x'), { [Symbol.for('polywire.WireError')]: true });
    expect(WireError.is(copy)).toBe(true);
    expect(WireError.is(new WireError('malformed', 'x'))).toBe(true);
  });

  it.each([null, undefined, 'malformed', new Error('x'), { reason: 'malformed' }])('is not %s', (value) => {
    expect(WireError.is(value)).toBe(false);
  });
});
