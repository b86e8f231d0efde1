import { describe, expect, it } from 'vitest';
import { describeValue } from './describe-value.js';

describe('describeValue', () => {
  const cases: readonly (readonly [name: string, value: unknown, text: string])[] = [
    ['host', 'a"b\n', '"a"b\\n"'],
    ['host', 'x'.repeat(1000), `"${'x'.repeat(128)}…"`],
    ['port', 5, '5'],
    ['port', 2n ** 64n, '18446744073709551616'],
    ['insecure', false, 'false'],
    ['rules', [], 'an empty list'],
    ['rules', [1], 'a list'],
    ['tls', { key: 1 }, 'a table'],
    ['when', new Date(0), 'a date'],
    ['token', 's3cr3t', '[hidden]'],
    ['db_password', 12, '[hidden]'],
    ['url', 'redis://:s3cr3t@host', '"redis://:[hidden]@host"'],
  ];
  for (const [name, value, text] of cases) {
    it(`${name}: ${text.slice(0, 40)}`, () => expect(describeValue(name, value)).toBe(text));
  }
});
