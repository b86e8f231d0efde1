import { Verdict } from '@polywire/protocol/polywire.conformance.v1';
import { describe, expect, it } from 'vitest';
import { runClientConformance } from './run-client-conformance.js';

describe('the SDK as client under test', () => {
  it.each(['ws', 'tcp'] as const)('over %s', { timeout: 60_000 }, async (transport) => {
    const result = await runClientConformance({ client: 'built-in', transport });
    const bad = result.cases.filter(({ verdict }) => verdict === Verdict.FAILED || verdict === Verdict.WARNED);
    expect(bad.map(({ path, text, trace }) => [path, text, ...trace].join('\n'))).toEqual([]);
    expect(result.passed).toBeGreaterThan(45);
  });
});
