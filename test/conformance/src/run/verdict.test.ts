import { Requirement, Verdict } from '@polywire/protocol/polywire.conformance.v1';
import { describe, expect, it } from 'vitest';
import { judge, unusedPatterns } from './verdict.js';

const { MUST, SHOULD } = Requirement;
const listed = ['a/*'];

describe('judge', () => {
  it.each([
    ['a MUST that holds', MUST, undefined, [], false, Verdict.PASSED, ''],
    ['a SHOULD that holds', SHOULD, undefined, [], false, Verdict.PASSED, ''],
    ['a MUST that fails', MUST, 'why', [], false, Verdict.FAILED, 'why'],
    ['a SHOULD that fails', SHOULD, 'why', [], false, Verdict.WARNED, 'why'],
    ['a SHOULD that fails, strict', SHOULD, 'why', [], true, Verdict.FAILED, 'why'],
    ['listed, fails', MUST, 'why', listed, false, Verdict.KNOWN, 'why'],
    ['listed, a SHOULD that fails, strict', SHOULD, 'why', listed, true, Verdict.KNOWN, 'why'],
    [
      'listed, holds',
      SHOULD,
      undefined,
      listed,
      false,
      Verdict.FAILED,
      'stale: "a/*" says that it must fail, and it passes; take it off the list',
    ],
    ['another is listed', MUST, 'why', ['b/*'], false, Verdict.FAILED, 'why'],
  ])('%s', (_, requirement, failure, mustFail, strict, verdict, text) => {
    expect(judge('a/b', requirement, { failure }, { mustFail, strict })).toEqual({ verdict, text });
  });
});

describe('unusedPatterns', () => {
  it('finds what names no case', () => {
    expect(unusedPatterns(['a/*', 'b/c', 'z'], ['a/b', 'b/d'])).toEqual(['b/c', 'z']);
  });
});
