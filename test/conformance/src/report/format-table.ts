import { type CaseResult, type RunResult, Verdict } from '@polywire/protocol/polywire.conformance.v1';
import { summaryLine } from './summary-line.js';

/** Verdicts that a person has to look at, in the order they are shown. */
const shown: readonly (readonly [Verdict, string])[] = [
  [Verdict.FAILED, 'FAILED'],
  [Verdict.WARNED, 'WARNED'],
  [Verdict.KNOWN, 'KNOWN'],
];

const columns = ['suite', 'passed', 'failed', 'skipped', 'warned', 'known'] as const;

/**
 * The result for a person: one line a suite, then every case that did not pass, the failed ones
 * with the packets that travelled. The last line is the summary.
 */
export function formatTable(result: RunResult): string {
  const lines: string[] = [];
  if (result.target !== '') lines.push(`${result.target}  ${result.agent}`.trimEnd(), '');
  lines.push(...suiteTable(result.cases));
  for (const [verdict, label] of shown) {
    for (const each of result.cases.filter((one) => one.verdict === verdict)) lines.push('', ...details(label, each));
  }
  lines.push(...skipReasons(result.cases), '', summaryLine(result));
  return lines.join('\n');
}

function suiteTable(cases: readonly CaseResult[]): string[] {
  const suites = new Map<string, CaseResult[]>();
  for (const each of cases) {
    const suite = each.path.slice(0, each.path.indexOf('/'));
    suites.set(suite, [...(suites.get(suite) ?? []), each]);
  }
  const rows = [...suites].map(([name, own]) => [
    name,
    ...[Verdict.PASSED, Verdict.FAILED, Verdict.SKIPPED, Verdict.WARNED, Verdict.KNOWN].map((verdict) =>
      String(own.filter((each) => each.verdict === verdict).length),
    ),
  ]);
  const all = [[...columns], ...rows];
  const widths = columns.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

function details(label: string, each: CaseResult): string[] {
  const lines = [`${label} ${each.path}`, `  ${each.text}`];
  if (each.verdict === Verdict.FAILED) lines.push(...each.trace.map((line) => `  ${line}`));
  return lines;
}

/** Each reason for skipping once, with how many cases it took. */
function skipReasons(cases: readonly CaseResult[]): string[] {
  const reasons = new Map<string, number>();
  for (const { verdict, text } of cases) {
    if (verdict === Verdict.SKIPPED) reasons.set(text, (reasons.get(text) ?? 0) + 1);
  }
  return reasons.size === 0 ? [] : ['', ...[...reasons].map(([text, count]) => `SKIPPED ${count}: ${text}`)];
}
