import { type CaseResult, type RunResult, Verdict } from '@polywire/protocol/polywire.conformance.v1';
import type { ServedTransport } from '../peer/peer-server.js';
import { ResultBuilder } from '../run/result-builder.js';
import { judge, unusedPatterns } from '../run/verdict.js';
import { callCases } from './call-cases.js';
import type { ClientCase } from './client-case.js';
import { ClientStage } from './client-stage.js';
import type { DrivenClient } from './client-under-test.js';
import { commandClient } from './command-client.js';
import { reconnectCases } from './reconnect-cases.js';
import { sdkClient } from './sdk-client.js';
import { topicCases } from './topic-cases.js';

const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_PARALLEL = 8;
/** How the paths of cases for clients begin. */
export const CLIENT_PATHS = 'client/';

/** What is tested: this project's own client, a program (see `commandClient`), or anything that takes commands. */
export type ClientUnderTest = 'built-in' | { readonly command: string } | DrivenClient;

/** What a run with a client under test is to do. */
export interface ClientConformanceOptions {
  readonly client: ClientUnderTest;
  /** The transport that the suite's server speaks. Default: ws. */
  readonly transport?: ServedTransport | undefined;
  /** Only cases whose path begins with one of these, such as `client/resubscribe`. Default: all. */
  readonly only?: readonly string[] | undefined;
  /** Patterns of paths of cases that must fail; see `judge` for what that means. */
  readonly mustFail?: readonly string[] | undefined;
  /** A failed SHOULD case counts as failed. Default: false, it is WARNED. */
  readonly strict?: boolean | undefined;
  /** Milliseconds that a case waits for one thing. Default: 5,000. */
  readonly timeoutMs?: number | undefined;
  /** Cases that run at once. Default: 8. */
  readonly parallel?: number | undefined;
  /** Called after every case. */
  readonly onProgress?: ((result: CaseResult) => void) | undefined;
}

/** All cases for clients under test. Their paths are `client/<name>`. */
export const clientCases: readonly ClientCase[] = [...reconnectCases, ...topicCases, ...callCases];

/** Faces a client with a server that does what servers and networks do at their worst. */
export async function runClientConformance(options: ClientConformanceOptions): Promise<RunResult> {
  const { transport = 'ws', mustFail = [], only, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const client = open(options.client);
  const results = new ResultBuilder(options.onProgress ?? (() => {}));
  const rules = { mustFail, strict: options.strict ?? false };
  const paths = clientCases.map(pathOf);
  const chosen = clientCases.filter((each) => only?.some((prefix) => pathOf(each).startsWith(prefix)) ?? true);
  const waiting = chosen.values();
  const work = async (): Promise<void> => {
    for (const each of waiting) {
      const path = pathOf(each);
      const { requirement } = each;
      if (each.only !== undefined && each.only !== transport) {
        results.add({ path, requirement, verdict: Verdict.SKIPPED, text: `it is about ${each.only}` });
        continue;
      }
      const startedAtMs = performance.now();
      const stage = new ClientStage(client, transport, timeoutMs);
      const failure = await runOne(stage, each);
      const elapsedMs = Math.round(performance.now() - startedAtMs);
      const trace = failure === undefined ? [] : stage.trace.lines;
      results.add({ path, requirement, elapsedMs, trace, ...judge(path, requirement, { failure }, rules) });
    }
  };
  await Promise.all(Array.from({ length: options.parallel ?? DEFAULT_PARALLEL }, work));
  const ours = mustFail.filter((pattern) => pattern.startsWith(CLIENT_PATHS));
  for (const pattern of unusedPatterns(ours, paths)) {
    const text = `stale: "${pattern}" is on the list of cases that must fail and names no case; take it off the list`;
    results.add({ path: `must-fail/${pattern}`, verdict: Verdict.FAILED, text });
  }
  return results.build(`client over ${transport}`, client.name, paths);
}

function open(client: ClientUnderTest): DrivenClient {
  if (client === 'built-in') return sdkClient;
  return 'command' in client ? commandClient(client.command) : client;
}

function pathOf({ name }: ClientCase): string {
  return `${CLIENT_PATHS}${name}`;
}

async function runOne(stage: ClientStage, each: ClientCase): Promise<string | undefined> {
  try {
    await stage.open();
    await each.run(stage);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await stage.close();
  }
}
