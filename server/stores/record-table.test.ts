import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { describe, expect, it } from 'vitest';
import { type RecordContent, RecordTable } from './record-table.js';

const lengths = [0, 1, 3, 4, 5, 31, 32, 33, 63, 64, 65, 100, 1000, 7000, 8100, 8192, 9000, 40_000];

function contentOf(seed: number, length: number): RecordContent {
  const value = Uint8Array.from({ length }, (_, index) => seed + index);
  const kind = seed % 2 === 0 ? ValueKind.TEXT : ValueKind.BYTES;
  return { value, kind, revision: 1_700_000_000_000_000 + seed, expiresAtMs: seed % 3 === 0 ? 0 : 1e12 + seed };
}

/** A content as text: comparing large arrays member by member takes seconds. */
function textOf({ value, kind, revision, expiresAtMs }: RecordContent): string {
  return [kind, revision, expiresAtMs, Buffer.from(value).toString('latin1')].join();
}

function lookAt(table: RecordTable, address: number): RecordContent {
  const target = {
    value: new Uint8Array(0) as Uint8Array,
    kind: ValueKind.BYTES as ValueKind,
    revision: 0,
    expiresAtMs: 0,
  };
  table.read(address, target);
  return target;
}

describe('RecordTable', () => {
  it.each(lengths)('keeps a value of %d bytes, whatever its key is and was before', (length) => {
    const table = new RecordTable();
    const keys = ['', 'k', 'key', 'four', '日本', '𐀀'.repeat(7), 'x'.repeat(1024)];
    for (const [index, key] of keys.entries()) {
      let address = table.insert(3, key, contentOf(index, length));
      expect(table.find(3, key)).toBe(address);
      expect(table.find(4, key)).toBe(0);
      expect(textOf(lookAt(table, address))).toBe(textOf(contentOf(index, length)));
      for (const other of [...lengths, length]) {
        address = table.overwrite(address, contentOf(index + other, other));
        expect(table.find(3, key)).toBe(address);
        expect(textOf(lookAt(table, address))).toBe(textOf(contentOf(index + other, other)));
        expect(table.revision(address)).toBe(contentOf(index + other, other).revision);
        expect(table.expiresAtMs(address)).toBe(contentOf(index + other, other).expiresAtMs);
      }
    }
    for (const key of keys) table.remove(table.find(3, key));
    for (const key of keys) expect(table.find(3, key)).toBe(0);
  });

  it('does not find what no store can hold', () => {
    const table = new RecordTable();
    table.insert(0, '\ufffd', contentOf(1, 1));
    for (const key of ['\ud800', 'x'.repeat(1025), '\udc00'.repeat(2000)]) expect(table.find(0, key)).toBe(0);
    expect(() => table.insert(0, '\ud800', contentOf(1, 1))).toThrow('no store can hold this key');
  });

  it('agrees with a model', () => {
    const table = new RecordTable();
    const model = new Map<string, RecordContent>();
    let state = 5;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 8) % below;
    };
    for (let step = 0; step < 30_000; step++) {
      const spaceId = next(3);
      const key = 'ä'.repeat(next(3)) + next(600);
      const name = `${spaceId} ${key}`;
      const address = table.find(spaceId, key);
      const known = model.get(name);
      if ((address === 0) !== (known === undefined)) throw new Error(`${name} is ${address}`);
      if (known !== undefined && textOf(lookAt(table, address)) !== textOf(known)) throw new Error(`${name} differs`);
      const content = contentOf(step, next(10) === 0 ? (lengths[next(lengths.length)] as number) : next(90));
      if (known === undefined) table.insert(spaceId, key, content);
      else if (next(3) === 0) table.remove(address);
      else table.overwrite(address, content);
      if (known !== undefined && table.find(spaceId, key) === 0) model.delete(name);
      else model.set(name, content);
    }
    expect(model.size).toBeGreaterThan(500);
  });

  it('lends short values until the next look only', () => {
    const table = new RecordTable();
    const one = table.insert(0, 'one', contentOf(1, 32));
    const two = table.insert(0, 'two', contentOf(2, 32));
    const lent = lookAt(table, one).value;
    expect(lookAt(table, two).value).toBe(lent);
    expect(lent).toEqual(contentOf(2, 32).value);
  });
});
