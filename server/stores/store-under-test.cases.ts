import { type AckLevel, ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { PolywireError } from '@polywire/sdk/core';
import { FakeClock } from '@polywire/sdk/testing';
import { expect } from 'vitest';
import type { Store, StoreChange, WriteOperation, WriteResult } from './store.js';
import type { StoreFactory } from './store-factory.js';

/** A store that a case works with; new and empty for each case. */
export interface StoreUnderTest {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly changes: StoreChange[];
  readonly errors: Error[];
  /** Lets time pass until what the store does in the background shows. */
  until(condition: () => boolean): Promise<void>;
}

export interface StoreSuite {
  readonly kind: string;
  readonly level: AckLevel;
  /** Makes a factory of an empty store. */
  create(): StoreFactory;
}

export async function openStore(suite: StoreSuite): Promise<StoreUnderTest> {
  const clock = new FakeClock();
  const changes: StoreChange[] = [];
  const errors: Error[] = [];
  const store = await suite.create()({ clock, onError: (error) => errors.push(error) });
  store.onChanges((batch) => changes.push(...batch.map(copyOf)));
  return { store, clock, changes, errors, until: (condition) => until(clock, condition) };
}

/** A change as it is now: those that a listener gets are borrowed. */
export function copyOf({ space, type, entry }: StoreChange): StoreChange {
  const { key, value, kind, revision, expiresAtMs } = entry;
  return { space, type, entry: { key, value: new Uint8Array(value), kind, revision, expiresAtMs } };
}

async function until(clock: FakeClock, condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !condition(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    clock.advance(20);
  }
  expect(condition()).toBe(true);
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : new TextDecoder().decode(value);

export function set(key: string, value: string, more: Partial<Extract<WriteOperation, { type: 'set' }>> = {}) {
  return { type: 'set', key, value: bytes(value), kind: ValueKind.TEXT, ttlMs: 0, ...more } satisfies WriteOperation;
}

/** The code of the error that a write ends with, thrown or rejected; 0: it succeeded. */
export async function codeOf(write: () => unknown): Promise<number> {
  try {
    await write();
    return 0;
  } catch (error) {
    if (PolywireError.is(error)) return error.code;
    throw error;
  }
}

export async function one(result: WriteResult[] | Promise<WriteResult[]>): Promise<WriteResult> {
  const [first] = await result;
  if (first === undefined) throw new Error('a write without a result');
  return first;
}
