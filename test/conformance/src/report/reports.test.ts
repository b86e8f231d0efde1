import { type CaseResult, Requirement, type RunResult, Verdict } from '@polywire/protocol/polywire.conformance.v1';
import { describe, expect, it } from 'vitest';
import { formatJson } from './format-json.js';
import { escapeXml, formatJUnit } from './format-junit.js';
import { formatTable } from './format-table.js';
import { summaryLine } from './summary-line.js';

function caseOf(path: string, verdict: Verdict, text = '', trace: string[] = []): CaseResult {
  return { path, requirement: Requirement.MUST, verdict, text, elapsedMs: 1_500, trace };
}

const result: RunResult = {
  target: 'ws://h',
  agent: 'fake/1',
  cases: [
    caseOf('kv/get', Verdict.PASSED),
    caseOf('kv/set', Verdict.FAILED, 'a < b & "c"', ['sent 0100', 'received 0200']),
    caseOf('calls/x', Verdict.SKIPPED, 'it does not have ttl'),
    caseOf('calls/y', Verdict.SKIPPED, 'it does not have ttl'),
    caseOf('calls/z', Verdict.WARNED, 'slow', ['sent 03']),
    caseOf('calls/k', Verdict.KNOWN, 'as ever'),
  ],
  passed: 1,
  failed: 1,
  skipped: 2,
  warned: 1,
  known: 1,
};

describe('formatTable', () => {
  it('shows suites, what did not pass, and the summary', () => {
    expect(formatTable(result).split('\n')).toEqual([
      'ws://h  fake/1',
      '',
      'suite  passed  failed  skipped  warned  known',
      'kv          1       1        0       0      0',
      'calls       0       0        2       1      1',
      '',
      'FAILED kv/set',
      '  a < b & "c"',
      '  sent 0100',
      '  received 0200',
      '',
      'WARNED calls/z',
      '  slow',
      '',
      'KNOWN calls/k',
      '  as ever',
      '',
      'SKIPPED 2: it does not have ttl',
      '',
      '1 passed, 1 failed, 2 skipped, 1 warned, 1 known',
    ]);
  });
});

describe('summaryLine', () => {
  it('leaves out what did not happen, but for passed and failed', () => {
    expect(summaryLine({ ...result, passed: 3, failed: 0, skipped: 0, warned: 0, known: 0 })).toBe(
      '3 passed, 0 failed',
    );
  });
});

describe('formatJson', () => {
  it('is proto-JSON of RunResult, zeros included', () => {
    const json = JSON.parse(formatJson({ ...result, known: 0 }));
    expect(json).toMatchObject({ target: 'ws://h', passed: 1, failed: 1, known: 0 });
    expect(json.cases[1]).toEqual({
      path: 'kv/set',
      requirement: 'REQUIREMENT_MUST',
      verdict: 'VERDICT_FAILED',
      text: 'a < b & "c"',
      elapsedMs: 1500,
      trace: ['sent 0100', 'received 0200'],
    });
  });
});

describe('formatJUnit', () => {
  const xml = formatJUnit(result);

  it('counts', () => {
    expect(xml).toContain(
      '<testsuites name="polywire conformance" tests="6" failures="1" errors="0" skipped="2" time="9.000">',
    );
    expect(xml).toContain('<testsuite name="kv" tests="2" failures="1" errors="0" skipped="0" time="3.000">');
  });

  it('has an element a case', () => {
    expect(xml).toContain('<testcase classname="polywire.kv" name="get" time="1.500"/>');
    expect(xml).toContain(
      '<failure message="a &lt; b &amp; &quot;c&quot;">a &lt; b &amp; &quot;c&quot;&#10;sent 0100&#10;received 0200</failure>',
    );
    expect(xml).toContain('<skipped message="it does not have ttl"/>');
    expect(xml).toContain('<system-out>SHOULD, not counted as failed: slow</system-out>');
    expect(xml).toContain('<system-out>fails as the list says: as ever</system-out>');
  });
});

describe('escapeXml', () => {
  it.each([
    ['<a href="x">&</a>', '&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;'],
    ['two\nlines\tand a tab', 'two&#10;lines&#9;and a tab'],
    ['NUL \u0000, ESC \u001b, CR \r', 'NUL \ufffd, ESC \ufffd, CR \ufffd'],
    ['half \ud83d a pair, and \udc00', 'half \ufffd a pair, and \ufffd'],
    ['a whole one 😀', 'a whole one 😀'],
    ['\ufffe\uffff', '\ufffd\ufffd'],
    [']]>', ']]&gt;'],
  ])('%j', (text, escaped) => {
    expect(escapeXml(text)).toBe(escaped);
  });
});
