import { ClientDataService } from '@polywire/protocol/polywire.data.v1';
import { type Hooks, ServiceRegistry } from '@polywire/sdk/core';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../clock.js';
import { clientDataHandler, spaceOfClient } from '../../services/client-data.js';
import { Cursors } from '../../services/cursor.js';
import { DialectContext } from '../../sessions/dialect-context.js';
import type { Session } from '../../sessions/session.js';
import { memory } from '../../stores/memory.js';
import type { Store, WriteResult } from '../../stores/store.js';
import { decodeCommand } from './decode.js';
import { TextCalls } from './map.js';

async function makeCalls(hooks?: Hooks) {
  const opened = await memory()({ clock: systemClock, onError: () => {} });
  let late = false;
  // Proxies see no private fields, so calls go to the store itself.
  const store: Store = new Proxy(opened, {
    get(target, name) {
      if (name === 'write' && late) {
        return async (...args: Parameters<Store['write']>): Promise<WriteResult[]> => {
          await new Promise((resolve) => setImmediate(resolve));
          return target.write(...args);
        };
      }
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const registry = new ServiceRegistry();
  const options = { store, anonymousStore: store, hasEnded: () => false, cursors: new Cursors(), maxValueBytes: 100 };
  registry.add(ClientDataService, clientDataHandler(options), { borrowed: true });
  if (hooks !== undefined) registry.use(hooks);
  const calls = new TextCalls(registry);
  const context = new DialectContext({ sessionId: 's', clientId: 'CS1' } as Session);
  return {
    run: (text: string) => calls.run(decodeCommand(text), context),
    keys: () => opened.scan(spaceOfClient('CS1'), { prefix: '', limit: 10_000 }).map(({ key }) => key),
    /** Like a store that writes to a disk. */
    writeLate: () => {
      late = true;
    },
  };
}

describe('TextCalls', () => {
  it('answers at once when the services do', async () => {
    const { run } = await makeCalls();
    expect(run('STORE:a:b:c')).toBe('STORED:a:b:c');
    expect(run('READ:a:b')).toBe('DATA:a:b:c');
    expect(run('?')).toBe('Echo: ?');
  });

  it('keeps a text under its first key, and under the key before its last colon', async () => {
    const { run, keys } = await makeCalls();
    await run('STORE:k:v');
    await run('STORE:station:CS001:connector:1:Charging');
    expect(keys()).toEqual(['k', 'station', 'station:CS001:connector:1']);
    expect(await run('READ:station:CS001')).toBe('DATA:station:CS001:connector:1:Charging');
    expect(await run('READ:station:CS001:connector:1')).toBe('DATA:station:CS001:connector:1:Charging');
    expect(await run('READ:station:CS00')).toBe('DATA:station:CS00:');
  });

  it.each([
    ['at once', undefined, false],
    ['from a disk', undefined, true],
    ['through hooks', { onExecute: () => Promise.resolve() } satisfies Hooks, false],
  ] as const)('finds what the rule says, %s: the newest text that begins with the key', async (_how, hooks, late) => {
    let seed = 7;
    const below = (limit: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return (seed >> 8) % limit;
    };
    const parts = (most: number): string =>
      Array.from({ length: 1 + below(most) }, () => ['a', 'b', ''][below(3)]).join(':');
    let found = 0;
    for (let round = 0; round < 60; round++) {
      const { run, writeLate } = await makeCalls(hooks);
      if (late) writeLate();
      const texts: string[] = [];
      for (let step = 0; step < 30; step++) {
        if (below(2) === 0) {
          const text = `${parts(4)}:${step}`;
          texts.push(text);
          expect(await run(`STORE:${text}`)).toBe(`STORED:${text}`);
          continue;
        }
        const key = parts(4);
        const newest = texts.findLast((text) => text.startsWith(`${key}:`));
        if (newest !== undefined) found++;
        const wanted = newest ?? `${key}:`;
        expect(await run(`READ:${key}`), `${JSON.stringify(texts)} READ:${key}`).toBe(`DATA:${wanted}`);
      }
    }
    expect(found).toBeGreaterThan(200);
  });

  it('makes at most 1,000 longer keys of a first key, and still finds the newest text', async () => {
    const { run, keys } = await makeCalls();
    for (let index = 0; index < 1_200; index++) {
      await run(`STORE:time:${index}:x`);
      expect(await run(`READ:time:${index}`)).toBe(`DATA:time:${index}:x`);
    }
    expect(keys()).toHaveLength(1_001);
    expect(await run('READ:time:0')).toBe('DATA:time:0:x');
    expect(await run('READ:time:1100')).toBe('DATA:time:1100:');
    await run('STORE:time:0:y');
    expect(await run('READ:time:0')).toBe('DATA:time:0:y');
    await run('STORE:other:0:z');
    expect(await run('READ:other:0')).toBe('DATA:other:0:z');
  });

  it('takes a STORE over a limit for no command, and stores no part of it', async () => {
    const hooks = { onExecute: () => Promise.resolve() };
    for (const { run, keys } of [await makeCalls(), await makeCalls(hooks)]) {
      const text = `STORE:k:a:${'x'.repeat(99)}`;
      expect(await run(text)).toBe(`Echo: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(keys()).toEqual([]);
      expect(await run(`READ:${'k'.repeat(1_025)}`)).toBe(`DATA:${'k'.repeat(1_025)}:`);
    }
  });

  it('throws, or rejects, when the services fail', async () => {
    const refusing = await makeCalls({
      onExecute: ({ request }) => {
        if ((request as { key: string }).key === 'no') throw new Error('refused');
      },
    });
    await expect(refusing.run('STORE:no:1')).rejects.toThrow('refused');
    await expect(refusing.run('STORE:no:a:1')).rejects.toThrow('refused');
    expect(refusing.keys()).toEqual([]);
  });
});
