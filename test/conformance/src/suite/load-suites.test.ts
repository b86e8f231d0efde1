import { describe, expect, it } from 'vitest';
import { loadSuites, parseSuite } from './load-suites.js';
import { SuiteError } from './suite-error.js';

const GET = 'polywire.kv.v1.KvService/Get';
const wait = { wait: { forMs: 1 } };
const one = { name: 'one', requirement: 'REQUIREMENT_MUST', steps: [wait] };

function parse(suite: object): unknown {
  return parseSuite('x.json', JSON.stringify({ name: 'x', cases: [one], ...suite }));
}

function parseSteps(...steps: object[]): unknown {
  return parse({ cases: [{ ...one, steps }] });
}

describe('loadSuites', () => {
  it('reads the suites of this package', async () => {
    const suites = await loadSuites();
    expect(suites.map(({ name }) => name)).toEqual([
      'auth',
      'calls',
      'client-data',
      'kv',
      'packet',
      'session',
      'topics',
      'work',
    ]);
    for (const { cases } of suites) expect(cases.length).toBeGreaterThan(10);
  });

  it('describes every case', async () => {
    const cases = (await loadSuites()).flatMap((suite) => suite.cases);
    expect(cases.filter(({ description }) => !/^.+\.$/.test(description)).map(({ name }) => name)).toEqual([]);
  });
});

describe('parseSuite', () => {
  it('takes a suite', () => {
    expect(parse({})).toMatchObject({ name: 'x', cases: [{ name: 'one', steps: [{ action: { $case: 'wait' } }] }] });
  });

  const keep = { call: { method: GET, keepAs: 'k' } };
  const wrong: [name: string, parse: () => unknown, text: RegExp][] = [
    ['text that is not JSON', () => parseSuite('x.json', '{'), /^x.json: .*JSON/],
    ['a field that the schema does not know', () => parse({ nonsense: 1 }), /x.json: .*nonsense/],
    ['an enum value that does not exist', () => parse({ cases: [{ ...one, requirement: 'MUST' }] }), /MUST/],
    ['a suite name against its pattern', () => parse({ name: 'Wrong Name' }), /name is "Wrong Name"; it must match/],
    [
      'a case name against its pattern',
      () => parse({ cases: [{ ...one, name: 'a/b' }] }),
      /name is "a\/b"; it must match/,
    ],
    ['no cases', () => parse({ cases: [] }), /the suite has no cases/],
    ['two cases of a name', () => parse({ cases: [one, one] }), /x\/one: another case has the same name/],
    ['no requirement', () => parse({ cases: [{ ...one, requirement: undefined }] }), /requirement is missing/],
    ['a feature that does not exist', () => parse({ features: ['service.kw'] }), /no feature is called service.kw/],
    ['no steps', () => parseSteps(), /the case has no steps/],
    ['an empty step', () => parseSteps({}), /step 1: it says neither/],
    [
      'a connection that is not open',
      () => parseSteps({ connection: 1, close: {} }),
      /step 1: connection 1 is not open/,
    ],
    ['a connection that is open already', () => parseSteps({ open: {} }), /connection 0 is open already/],
    [
      'a method that does not exist',
      () => parseSteps({ call: { method: 'a.B/C' } }),
      /the schema has no method a.B\/C/,
    ],
    ['a call of nothing', () => parseSteps({ call: {} }), /either method or expect_from/],
    [
      'a call that was not kept',
      () => parseSteps({ call: { expectFrom: 'k' } }),
      /no call is kept as k on connection 0/,
    ],
    ['a name that is kept twice', () => parseSteps(keep, keep), /step 2: a call is kept as k already/],
    [
      'a kept call that is repeated',
      () => parseSteps({ call: { method: GET, keepAs: 'k', repeat: 2 } }),
      /cannot be repeated without/,
    ],
    [
      'a cancel after other responses',
      () => parseSteps({ call: { method: GET, cancelAfter: 2 } }),
      /cancel_after is 2, but 0/,
    ],
    ['a close code without closed', () => parseSteps({ receive: { closeCode: 3000 } }), /close_code needs closed/],
    ['two expectations', () => parseSteps({ receive: { closed: true, nothingForMs: 5 } }), /one of them/],
    ['a message without its type', () => parseSteps({ receive: { message: {} } }), /message needs type/],
    ['a type that does not exist', () => parseSteps({ receive: { type: 'a.B' } }), /the schema has no message a.B/],
  ];
  it.each(wrong)('refuses %s', (_, parseWrong, text) => {
    expect(parseWrong).toThrow(SuiteError);
    expect(parseWrong).toThrow(text);
  });
});
