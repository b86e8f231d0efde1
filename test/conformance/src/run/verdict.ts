import { Requirement, Verdict } from '@polywire/protocol/polywire.conformance.v1';
import { pathMatches } from './path-pattern.js';

/** What happened when a case ran: undefined text means that every step held. */
export interface Outcome {
  readonly failure: string | undefined;
}

/** The rules of a run that decide what a failure counts as. */
export interface VerdictRules {
  /** Paths of cases that must fail. */
  readonly mustFail: readonly string[];
  /** A SHOULD case that fails is a failure. */
  readonly strict: boolean;
}

/**
 * The verdict of a case that ran. In this order: a case that must fail is KNOWN when it failed and
 * FAILED when it passed (the list is stale); a failed MUST is FAILED; a failed SHOULD is WARNED,
 * and FAILED in a strict run.
 */
export function judge(
  path: string,
  requirement: Requirement,
  outcome: Outcome,
  rules: VerdictRules,
): { verdict: Verdict; text: string } {
  const pattern = rules.mustFail.find((each) => pathMatches(each, path));
  const { failure } = outcome;
  if (pattern !== undefined) {
    return failure === undefined
      ? {
          verdict: Verdict.FAILED,
          text: `stale: "${pattern}" says that it must fail, and it passes; take it off the list`,
        }
      : { verdict: Verdict.KNOWN, text: failure };
  }
  if (failure === undefined) return { verdict: Verdict.PASSED, text: '' };
  const isFailure = requirement !== Requirement.SHOULD || rules.strict;
  return { verdict: isFailure ? Verdict.FAILED : Verdict.WARNED, text: failure };
}

/** Patterns of the must-fail list that name no case: renamed or removed, so the list is stale too. */
export function unusedPatterns(mustFail: readonly string[], paths: readonly string[]): string[] {
  return mustFail.filter((pattern) => !paths.some((path) => pathMatches(pattern, path)));
}
