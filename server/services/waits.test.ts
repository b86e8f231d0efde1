import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { FakeClock } from '@polywire/sdk/testing';
import { describe, expect, it } from 'vitest';
import { Waits } from './waits.js';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe('waits', () => {
  it('the first answer wins', async () => {
    const clock = new FakeClock();
    const waits = new Waits(clock);
    const result = waits.wait('a', 1000);
    expect(waits.complete('b', bytes('other'))).toBe(false);
    expect(waits.complete('a', bytes('first'))).toBe(true);
    expect(waits.complete('a', bytes('second'))).toBe(false);
    expect(await result).toEqual(bytes('first'));
    expect(waits.has('a')).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('end with DEADLINE_EXCEEDED, and the id is free again', async () => {
    const clock = new FakeClock();
    const waits = new Waits(clock);
    const result = waits.wait('a', 1000);
    clock.advance(999);
    expect(waits.has('a')).toBe(true);
    clock.advance(1);
    await expect(result).rejects.toMatchObject({ code: ErrorCode.DEADLINE_EXCEEDED });
    const again = waits.wait('a', 1000);
    waits.complete('a', bytes('late'));
    expect(await again).toEqual(bytes('late'));
  });

  it('an id is waited for once', async () => {
    const waits = new Waits(new FakeClock());
    const first = waits.wait('a', 1000);
    expect(() => waits.wait('a', 1000)).toThrow(expect.objectContaining({ code: ErrorCode.ALREADY_EXISTS }));
    waits.complete('a', bytes('x'));
    expect(await first).toEqual(bytes('x'));
  });

  it('all end when the server closes', async () => {
    const clock = new FakeClock();
    const waits = new Waits(clock);
    const results = [waits.wait('a', 1000), waits.wait('b', 1000)];
    waits.close();
    for (const result of results) await expect(result).rejects.toMatchObject({ code: ErrorCode.UNAVAILABLE });
    expect(clock.pending).toBe(0);
  });
});
