import type { Case, Step } from '@polywire/protocol/polywire.conformance.v1';
import { hexBytes } from '../suite/template.js';
import { CaseContext, type CaseEnvironment } from './case-context.js';
import { runCall } from './run-call.js';
import { runReceive } from './run-receive.js';
import type { Outcome } from './verdict.js';

/** What came of a case, with the packets that travelled. */
export interface CaseRun extends Outcome {
  readonly trace: string[];
}

/** Runs the steps of a case on connections of its own. Never rejects. */
export async function runCase(each: Case, environment: CaseEnvironment): Promise<CaseRun> {
  const context = new CaseContext(environment);
  const failure = (await runSteps(context, each.steps)) ?? context.leftovers()[0];
  const trace = failure === undefined ? [] : context.trace.lines;
  context.close();
  return { failure, trace };
}

async function runSteps(context: CaseContext, steps: readonly Step[]): Promise<string | undefined> {
  try {
    const first = await context.open(0);
    await first.hello('', context.timeoutMs);
  } catch (error) {
    return `connection 0 cannot be opened: ${(error as Error).message}`;
  }
  for (const [index, step] of steps.entries()) {
    try {
      await runStep(context, step);
    } catch (error) {
      return `step ${index + 1} (${nameOf(step)}): ${(error as Error).message}`;
    }
  }
  return undefined;
}

async function runStep(context: CaseContext, { connection, action }: Step): Promise<void> {
  switch (action?.$case) {
    case 'open': {
      const opened = await context.open(connection);
      if (!action.value.raw) await opened.hello(context.fillText(action.value.clientId), context.timeoutMs);
      return;
    }
    case 'call':
      return runCall(context, connection, action.value);
    case 'send': {
      const { hex, split, text } = action.value;
      const peer = context.connection(connection);
      const filled = context.fillText(hex, 'hex');
      if (text) peer.sendText(hexBytes(filled).toString());
      else if (split) await peer.sendSplit(hexBytes(filled));
      else peer.sendBytes(hexBytes(filled));
      return;
    }
    case 'receive':
      return runReceive(context, connection, action.value);
    case 'close':
      context.endedByPlan.add(connection);
      context.forgetConnection(connection);
      if (!action.value.abrupt) return context.connection(connection).close();
      return context.connection(connection).cut();
    case 'reading':
      return context.connection(connection).read(!action.value.stopped);
    case 'wait':
      return new Promise((resolve) => setTimeout(resolve, action.value.forMs));
  }
}

function nameOf({ action }: Step): string {
  if (action?.$case !== 'call') return action?.$case ?? 'nothing';
  const { method, expectFrom } = action.value;
  return `call ${method === '' ? expectFrom : method.slice(method.lastIndexOf('.') + 1)}`;
}
