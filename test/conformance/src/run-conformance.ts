import { type CaseResult, type RunResult, type Suite, Verdict } from '@polywire/protocol/polywire.conformance.v1';
import { featuresOf, missingFeatures } from './run/features.js';
import { probe, SetupError } from './run/probe.js';
import { ResultBuilder } from './run/result-builder.js';
import { runCase } from './run/run-case.js';
import { judge, unusedPatterns } from './run/verdict.js';
import { loadSuites } from './suite/load-suites.js';
import { type CodecUnderTest, runVectors } from './vectors/run-vectors.js';

const DEFAULT_TIMEOUT_MS = 5_000;
// Most of a case's time is waiting, for deadlines and times to live.
const DEFAULT_PARALLEL = 4;

/** What a run is to do. */
export interface ConformanceOptions {
  /** Server under test: `ws://`, `wss://` or `tcp://`. Default: none, and only vectors are run. */
  readonly target?: string | undefined;
  /** Codec under test. Default: none, and the vectors suite is not run. */
  readonly codec?: CodecUnderTest | undefined;
  /**
   * Features that the implementation has beyond those its Hello reply shows. Default: all
   * `optionalFeatures`.
   */
  readonly features?: readonly string[] | undefined;
  /** Only cases whose path begins with one of these, such as `kv` or `calls/unary`. Default: all. */
  readonly only?: readonly string[] | undefined;
  /** Patterns of paths of cases that must fail; see `judge` for what that means. */
  readonly mustFail?: readonly string[] | undefined;
  /** A failed SHOULD case counts as failed. Default: false, it is WARNED. */
  readonly strict?: boolean | undefined;
  /** Milliseconds that a step waits for an answer. Default: 5,000. */
  readonly timeoutMs?: number | undefined;
  /** Cases against a server that run at once. Default: 4. */
  readonly parallel?: number | undefined;
  /** Suites to run instead of those of this package. */
  readonly suites?: readonly Suite[] | undefined;
  /** Called after every case. */
  readonly onProgress?: ((result: CaseResult) => void) | undefined;
}

/**
 * Faces an implementation with the suites and returns what came of every case.
 *
 * @throws SetupError when the run cannot begin (nothing answers at the target, nothing to test);
 * SuiteError when a suite cannot be read
 */
export async function runConformance(options: ConformanceOptions): Promise<RunResult> {
  const { target, codec, mustFail = [] } = options;
  if (target === undefined && codec === undefined) {
    throw new SetupError('there is nothing to test: give a target, such as ws://127.0.0.1:8080/polywire, or a codec');
  }
  const rules = { mustFail, strict: options.strict ?? false };
  const results = new ResultBuilder(options.onProgress ?? (() => {}));
  const selected = (path: string): boolean => options.only?.some((prefix) => path.startsWith(prefix)) ?? true;
  const paths: string[] = [];
  let agent = '';
  if (codec !== undefined) {
    paths.push(
      ...(await runVectors(codec, { selected, rules, results, timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS })),
    );
  }
  if (target !== undefined) {
    const suites = options.suites ?? (await loadSuites());
    paths.push(...suites.flatMap((suite) => suite.cases.map((each) => `${suite.name}/${each.name}`)));
    agent = await runSuites(suites, target, { ...options, selected, rules, results });
  }
  // A pattern of a level that is not run cannot be stale.
  const isJudged = (pattern: string): boolean => {
    if (pattern.startsWith('client/')) return false;
    return (pattern.startsWith('vectors/') ? codec : target) !== undefined;
  };
  for (const pattern of unusedPatterns(mustFail.filter(isJudged), paths)) {
    const text = `stale: "${pattern}" is on the list of cases that must fail and names no case; take it off the list`;
    results.add({ path: `must-fail/${pattern}`, verdict: Verdict.FAILED, text });
  }
  return results.build(target ?? '', agent, paths);
}

interface SuiteRun extends ConformanceOptions {
  readonly selected: (path: string) => boolean;
  readonly rules: { readonly mustFail: readonly string[]; readonly strict: boolean };
  readonly results: ResultBuilder;
}

/**
 * Runs the suites against a server, several cases at once, and returns the server's agent text.
 * Cases do not see each other: each has its own connections, and keys with its own random prefix.
 */
async function runSuites(suites: readonly Suite[], target: string, run: SuiteRun): Promise<string> {
  const timeoutMs = run.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const facts = await probe(target, timeoutMs);
  const present = featuresOf(target, facts, run.features);
  const cases = suites.flatMap((suite) =>
    suite.cases.map((each) => ({ suite, each, path: `${suite.name}/${each.name}` })),
  );
  const waiting = cases.filter(({ path }) => run.selected(path)).values();
  const work = async (): Promise<void> => {
    for (const { suite, each, path } of waiting) {
      const { requirement } = each;
      const missing = missingFeatures([...suite.features, ...each.features], present);
      if (missing.length > 0) {
        run.results.add({
          path,
          requirement,
          verdict: Verdict.SKIPPED,
          text: `it does not have ${missing.join(', ')}`,
        });
        continue;
      }
      const startedAtMs = performance.now();
      const outcome = await runCase(each, { target, timeoutMs, facts: facts.variables });
      const elapsedMs = Math.round(performance.now() - startedAtMs);
      const { verdict, text } = judge(path, requirement, outcome, run.rules);
      run.results.add({ path, requirement, verdict, text, elapsedMs, trace: outcome.trace });
    }
  };
  await Promise.all(Array.from({ length: run.parallel ?? DEFAULT_PARALLEL }, work));
  return facts.agent;
}
