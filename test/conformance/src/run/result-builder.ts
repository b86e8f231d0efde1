import { type CaseResult, Requirement, type RunResult, Verdict } from '@polywire/protocol/polywire.conformance.v1';

/** Collects the results of cases and counts them. */
export class ResultBuilder {
  readonly #cases: CaseResult[] = [];
  readonly #onCase: (result: CaseResult) => void;

  constructor(onCase: (result: CaseResult) => void) {
    this.#onCase = onCase;
  }

  add(result: Partial<CaseResult> & Pick<CaseResult, 'path' | 'verdict'>): void {
    const full = { requirement: Requirement.MUST, text: '', elapsedMs: 0, trace: [], ...result };
    this.#cases.push(full);
    this.#onCase(full);
  }

  /** @param order paths of all cases; results are listed in this order, whichever came first */
  build(target: string, agent: string, order: readonly string[]): RunResult {
    const places = new Map(order.map((path, index) => [path, index]));
    const placeOf = ({ path }: CaseResult): number => places.get(path) ?? order.length;
    const cases = [...this.#cases].sort((a, b) => placeOf(a) - placeOf(b));
    const count = (verdict: Verdict): number => this.#cases.filter((each) => each.verdict === verdict).length;
    return {
      target,
      agent,
      cases,
      passed: count(Verdict.PASSED),
      failed: count(Verdict.FAILED),
      skipped: count(Verdict.SKIPPED),
      warned: count(Verdict.WARNED),
      known: count(Verdict.KNOWN),
    };
  }
}
