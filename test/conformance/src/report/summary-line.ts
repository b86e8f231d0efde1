import type { RunResult } from '@polywire/protocol/polywire.conformance.v1';

/** `N passed, N failed`, followed by the other counts that are not 0. */
export function summaryLine({ passed, failed, skipped, warned, known }: RunResult): string {
  const others = [
    [skipped, 'skipped'],
    [warned, 'warned'],
    [known, 'known'],
  ] as const;
  const parts = others.filter(([count]) => count > 0).map(([count, name]) => `, ${count} ${name}`);
  return `${passed} passed, ${failed} failed${parts.join('')}`;
}
