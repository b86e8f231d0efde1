import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { expect, it } from 'vitest';
import type { WriteOperation } from './store.js';
import { codeOf, one, type StoreUnderTest, set, text } from './store-under-test.cases.js';

export function incrementCases(use: () => StoreUnderTest): void {
  const increment = (delta: bigint): WriteOperation => ({ type: 'increment', key: 'n', delta });

  it.each([
    [undefined, 5n, '5'],
    ['0', -3n, '-3'],
    ['41', 1n, '42'],
    ['-1', 1n, '0'],
    ['9223372036854775806', 1n, '9223372036854775807'],
    ['-9223372036854775808', 0n, '-9223372036854775808'],
  ])('adds to %s the number %i', async (before, delta, after) => {
    const { store } = use();
    if (before !== undefined) await store.write('a', [set('n', before)]);
    expect(await one(store.write('a', [increment(delta)]))).toMatchObject({ type: 'increment', value: BigInt(after) });
    expect(text(store.get('a', 'n')?.value)).toBe(after);
    expect(store.get('a', 'n')?.kind).toBe(ValueKind.TEXT);
  });

  it.each([
    ['9223372036854775807', 1n, ErrorCode.INTEGER_OVERFLOW],
    ['-9223372036854775808', -1n, ErrorCode.INTEGER_OVERFLOW],
    ['9223372036854775808', -1n, ErrorCode.NOT_AN_INTEGER],
    ['', 1n, ErrorCode.NOT_AN_INTEGER],
    ['1.0', 1n, ErrorCode.NOT_AN_INTEGER],
    ['01', 1n, ErrorCode.NOT_AN_INTEGER],
    ['+1', 1n, ErrorCode.NOT_AN_INTEGER],
    ['-0', 1n, ErrorCode.NOT_AN_INTEGER],
    [' 1', 1n, ErrorCode.NOT_AN_INTEGER],
    ['1\n', 1n, ErrorCode.NOT_AN_INTEGER],
    ['١', 1n, ErrorCode.NOT_AN_INTEGER],
    ['1'.repeat(100_000), 1n, ErrorCode.NOT_AN_INTEGER],
  ])('refuses %s', async (before, delta, code) => {
    const { store } = use();
    await store.write('a', [set('n', before)]);
    expect(await codeOf(() => store.write('a', [increment(delta)]))).toBe(code);
    expect(text(store.get('a', 'n')?.value)).toBe(before);
  });

  it('keeps the kind', async () => {
    const { store } = use();
    await store.write('a', [set('n', '1', { kind: ValueKind.BYTES })]);
    await store.write('a', [increment(1n)]);
    expect(store.get('a', 'n')?.kind).toBe(ValueKind.BYTES);
  });
}
