import { type CaseResult, type RunResult, Verdict } from '@polywire/protocol/polywire.conformance.v1';

/**
 * The result as JUnit XML, one testsuite element a suite. WARNED and KNOWN cases pass there, with
 * their text as system-out, since JUnit has no word for them.
 */
export function formatJUnit(result: RunResult): string {
  const suites = new Map<string, CaseResult[]>();
  for (const each of result.cases) {
    const name = each.path.slice(0, each.path.indexOf('/'));
    suites.set(name, [...(suites.get(name) ?? []), each]);
  }
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  lines.push(`<testsuites name="polywire conformance" ${counts(result.cases)}>`);
  for (const [name, cases] of suites) {
    lines.push(`  <testsuite name="${escapeXml(name)}" ${counts(cases)}>`);
    for (const each of cases) lines.push(...testcase(name, each));
    lines.push('  </testsuite>');
  }
  lines.push('</testsuites>', '');
  return lines.join('\n');
}

function counts(cases: readonly CaseResult[]): string {
  const count = (verdict: Verdict): number => cases.filter((each) => each.verdict === verdict).length;
  const seconds = cases.reduce((sum, each) => sum + each.elapsedMs, 0) / 1_000;
  return `tests="${cases.length}" failures="${count(Verdict.FAILED)}" errors="0" skipped="${count(Verdict.SKIPPED)}" time="${seconds.toFixed(3)}"`;
}

function testcase(suite: string, { path, verdict, text, elapsedMs, trace }: CaseResult): string[] {
  const name = path.slice(suite.length + 1);
  const head = `    <testcase classname="polywire.${escapeXml(suite)}" name="${escapeXml(name)}" time="${(elapsedMs / 1_000).toFixed(3)}"`;
  const body = bodyOf(verdict, text, trace);
  return body === undefined ? [`${head}/>`] : [`${head}>`, `      ${body}`, '    </testcase>'];
}

function bodyOf(verdict: Verdict, text: string, trace: readonly string[]): string | undefined {
  switch (verdict) {
    case Verdict.FAILED:
      return `<failure message="${escapeXml(text)}">${escapeXml([text, ...trace].join('\n'))}</failure>`;
    case Verdict.SKIPPED:
      return `<skipped message="${escapeXml(text)}"/>`;
    case Verdict.WARNED:
      return `<system-out>${escapeXml(`SHOULD, not counted as failed: ${text}`)}</system-out>`;
    case Verdict.KNOWN:
      return `<system-out>${escapeXml(`fails as the list says: ${text}`)}</system-out>`;
    default:
      return undefined;
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // An attribute would lose them: XML turns them into spaces.
  '\n': '&#10;',
  '\t': '&#9;',
};

/**
 * Text for XML 1.0. Control characters and lone surrogates, most of which XML cannot hold at all,
 * become U+FFFD.
 */
export function escapeXml(text: string): string {
  return text
    .replace(/\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, (found) => (/[\n\t]/.test(found) ? found : '\ufffd'))
    .replace(/[&<>"\n\t]/g, (character) => entities[character] ?? character);
}
