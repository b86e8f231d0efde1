import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { FakeClock } from '@polywire/sdk/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { memory } from '../stores/memory.js';
import type { Store, WriteResult } from '../stores/store.js';
import { NetLocks } from './net-locks.js';
import { SharedValues } from './shared-values.js';

let clock: FakeClock;
let store: Store;
let values: SharedValues;
const owner = {};

const get = async (key: string): Promise<string | undefined> => {
  const value = await values.get(key, owner);
  return value === undefined ? undefined : Buffer.from(value).toString();
};

const valuesOf = (other: Store): SharedValues =>
  new SharedValues({ store: other, locks: new NetLocks(store, clock), maxValueBytes: 10 });

beforeEach(async () => {
  clock = new FakeClock();
  store = await memory()({ clock, onError: (error) => expect.fail(error.message) });
  values = valuesOf(store);
});

describe('shared values', () => {
  it('are stored, overwritten and removed', async () => {
    expect(await get('k')).toBeUndefined();
    await values.set('k', 'é', 0, owner);
    expect(await get('k')).toBe('é');
    await values.set('k', 'w', 0, owner);
    expect(await get('k')).toBe('w');
    await values.set('k', '', 0, owner);
    expect(await get('k')).toBeUndefined();
  });

  it('end after their seconds', async () => {
    await values.set('k', 'v', 2, owner);
    clock.advance(1_999);
    expect(await get('k')).toBe('v');
    clock.advance(1);
    expect(await get('k')).toBeUndefined();
  });

  it.each([0, -5])('stay when they are written again with %i seconds', async (expireSecs) => {
    await values.set('k', 'v', 2, owner);
    await values.set('k', 'w', expireSecs, owner);
    clock.advance(10_000);
    expect(await get('k')).toBe('w');
  });

  it('take any number of seconds', async () => {
    await values.set('k', 'v', Number.MAX_SAFE_INTEGER, owner);
    clock.advance(1_000_000);
    expect(await get('k')).toBe('v');
  });

  it('are limited', () => {
    const tooLarge = expect.objectContaining({ code: ErrorCode.VALUE_TOO_LARGE });
    expect(() => values.set('k', 'x'.repeat(11), 0, owner)).toThrow(tooLarge);
    const tooLong = expect.objectContaining({ code: ErrorCode.KEY_TOO_LONG });
    expect(() => values.set('k'.repeat(1_025), 'x', 0, owner)).toThrow(tooLong);
  });

  it('with a name that begins with lock_ are locks', async () => {
    await values.set('lock_x', '1', 0, owner);
    const held = expect.objectContaining({ code: ErrorCode.FAILED_PRECONDITION });
    expect(() => values.set('lock_x', '2', 0, owner)).toThrow(held);
    await values.set('lock', '1', 0, owner);
    await values.set('lock', '2', 0, owner);
    expect(await get('lock')).toBe('2');
  });

  it('are read after the writes that came before, even if those fail', async () => {
    const settle: { resolve(): void; reject(error: Error): void }[] = [];
    const slow = {
      get: (space: string, key: string) => store.get(space, key),
      write: (...args: Parameters<Store['write']>) =>
        new Promise<WriteResult[]>((resolve, reject) => {
          settle.push({ resolve: () => resolve(store.write(...args)), reject });
        }),
    } as Store;
    values = valuesOf(slow);
    const first = values.set('k', 'v', 0, owner);
    const second = values.set('k', 'w', 0, owner);
    const seen: string[] = [];
    const read = get('k').then((value) => seen.push(`k=${value}`));
    expect(await get('other')).toBeUndefined();
    settle[0]?.resolve();
    await first;
    await Promise.resolve();
    expect(seen).toEqual([]);
    settle[1]?.reject(new Error('the disk is gone'));
    await expect(second).rejects.toThrow('the disk is gone');
    await read;
    expect(seen).toEqual(['k=v']);
    expect(values.get('k', owner)).not.toBeInstanceOf(Promise);
  });
});
