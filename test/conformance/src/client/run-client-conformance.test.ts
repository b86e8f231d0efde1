import { type ClientReport, ClientState, type RunResult, Verdict } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import type { DrivenClient } from './client-under-test.js';
import { runClientConformance } from './run-client-conformance.js';
import { sdkClient } from './sdk-client.js';

function wrong({ cases }: RunResult): string[] {
  const bad = cases.filter(({ verdict }) => verdict === Verdict.FAILED || verdict === Verdict.WARNED);
  return bad.map(({ path, text, trace }) => [path, text, ...trace].join('\n'));
}

describe('the SDK as client under test', () => {
  it.each(['ws', 'tcp'] as const)('over %s', { timeout: 60_000 }, async (transport) => {
    const result = await runClientConformance({ client: 'built-in', transport });
    expect(wrong(result)).toEqual([]);
    expect(result.passed).toBeGreaterThan(45);
    process.stderr.write(`client over ${transport}: ${result.passed} passed, ${result.skipped} skipped\n`);
  });

  it('as a program that is driven by commands', { timeout: 60_000 }, async () => {
    const program = new URL('../../dist/client/sdk-client-program.js', import.meta.url).pathname;
    const only = ['client/call-fails', 'client/duplicates-in-replay', 'client/close-unauthenticated'];
    const client = { command: `"${process.execPath}" "${program}"` };
    const result = await runClientConformance({ client, only, timeoutMs: 10_000, parallel: 2 });
    expect(wrong(result)).toEqual([]);
    expect(result.passed).toBe(3);
  });
});

/** The SDK with one thing wrong in what it reports. */
function brokenClient(change: (report: ClientReport) => ClientReport[]): DrivenClient {
  const start: DrivenClient['start'] = (onReport, onEnd) =>
    sdkClient.start((report) => change(report).forEach(onReport), onEnd);
  return { name: 'broken', start };
}

type Item = Record<string, unknown>;

function itemOf({ event }: ClientReport): Item {
  return event?.$case === 'item' ? (event.value as Item) : {};
}

describe('a client under test fails', () => {
  const unknownToUnavailable = (report: ClientReport): ClientReport[] => {
    const { id, event } = report;
    if (event?.$case !== 'error' || event.value.code !== ErrorCode.OUTCOME_UNKNOWN) return [report];
    return [{ id, event: { $case: 'error', value: { ...event.value, code: ErrorCode.UNAVAILABLE } } }];
  };
  it.each<[name: string, path: string, change: (report: ClientReport) => ClientReport[]]>([
    ['delivers twice', 'client/duplicates', (report) => (itemOf(report).message ? [report, report] : [report])],
    ['keeps a Gap to itself', 'client/hole', (report) => (itemOf(report).gap ? [] : [report])],
    ['does not say that an outcome is unknown', 'client/write-in-flight-lost', unknownToUnavailable],
    [
      'does not say that it is closed',
      'client/close-taken-over',
      (report) => {
        const isClosed = report.event?.$case === 'status' && report.event.value.state === ClientState.CLOSED;
        return isClosed ? [] : [report];
      },
    ],
  ])('that %s', async (_, path, change) => {
    const result = await runClientConformance({ client: brokenClient(change), only: [path], timeoutMs: 1_000 });
    expect(result.cases.find((each) => each.path === path)).toMatchObject({ verdict: Verdict.FAILED });
  });
});
