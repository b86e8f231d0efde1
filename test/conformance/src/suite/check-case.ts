import type { Call, Case, Receive, Step } from '@polywire/protocol/polywire.conformance.v1';
import { Requirement } from '@polywire/protocol/polywire.conformance.v1';
import { knownFeatures } from '../run/features.js';
import { messageDesc, methodInfo } from '../schema/registry.js';
import { SuiteError } from './suite-error.js';

/** Finds what would make a case fail for a reason of its own. @throws SuiteError */
export function checkCase(where: string, suiteFeatures: readonly string[], each: Case): void {
  if (each.requirement === Requirement.UNSPECIFIED)
    throw new SuiteError(where, 'requirement is missing: MUST or SHOULD');
  for (const feature of [...suiteFeatures, ...each.features]) {
    if (!knownFeatures.has(feature)) throw new SuiteError(where, `no feature is called ${feature}`);
  }
  if (each.steps.length === 0) throw new SuiteError(where, 'the case has no steps');
  const opened = new Set([0]);
  const kept = new Set<string>();
  each.steps.forEach((step, index) => {
    const problem = findProblem(step, opened, kept);
    if (problem !== undefined) throw new SuiteError(`${where}: step ${index + 1}`, problem);
  });
}

function findProblem(step: Step, opened: Set<number>, kept: Set<string>): string | undefined {
  const { action, connection } = step;
  if (action === undefined) return 'it says neither open, call, send, receive, close, wait nor reading';
  if (action.$case === 'open') {
    if (opened.has(connection)) return `connection ${connection} is open already`;
    opened.add(connection);
    return undefined;
  }
  if (action.$case !== 'wait' && !opened.has(connection)) return `connection ${connection} is not open`;
  if (action.$case === 'call') return callProblem(action.value, connection, kept);
  if (action.$case === 'receive') return receiveProblem(action.value);
  return undefined;
}

function callProblem(call: Call, connection: number, kept: Set<string>): string | undefined {
  const { keepAs, expectFrom, responses, cancelAfter } = call;
  if ((call.method === '') === (expectFrom === '')) return 'a call needs either method or expect_from';
  if (call.method !== '') {
    try {
      methodInfo(call.method);
    } catch (error) {
      return (error as Error).message;
    }
  }
  if (expectFrom !== '' && !isKept(`${connection} ${expectFrom}`, kept)) {
    return `no call is kept as ${expectFrom} on connection ${connection}`;
  }
  if (expectFrom !== '' && keepAs !== '') return 'a call that is kept already needs no keep_as';
  if (keepAs !== '') {
    if (kept.has(`${connection} ${keepAs}`)) return `a call is kept as ${keepAs} already`;
    kept.add(`${connection} ${keepAs}`);
  }
  const repeated = call.repeat > 1 || call.repeatCount !== '';
  if (call.repeat !== 0 && call.repeatCount !== '') return 'repeat and repeat_count are both there';
  if (repeated && expectFrom !== '') return 'a call that is kept cannot be repeated';
  if (repeated && keepAs !== '' && !/\$\{index\}/.test(keepAs)) {
    return 'a kept call cannot be repeated without the place index in keep_as';
  }
  if (cancelAfter !== undefined && cancelAfter !== responses.length) {
    return `cancel_after is ${cancelAfter}, but ${responses.length} responses are expected`;
  }
  return undefined;
}

/** By its name, or by one of the names that a repeated call makes of its index. */
function isKept(name: string, kept: ReadonlySet<string>): boolean {
  const shape = name.replace(/\d+$/, '');
  return kept.has(name) || (shape !== name && [...kept].some((each) => each.replace(/\$\{index\}$/, '') === shape));
}

function receiveProblem(receive: Receive): string | undefined {
  const packet = receive.hex !== '' || receive.error !== 0 || receive.type !== '' || receive.messageId !== undefined;
  const ways = [packet, receive.closed, receive.nothingForMs > 0].filter(Boolean).length;
  if (ways > 1) return 'it expects a packet, the end or nothing: one of them';
  if (receive.closeCode !== 0 && !receive.closed) return 'close_code needs closed';
  if (receive.message !== undefined && receive.type === '') return 'message needs type';
  if (receive.type !== '') {
    try {
      messageDesc(receive.type);
    } catch (error) {
      return (error as Error).message;
    }
  }
  return undefined;
}
