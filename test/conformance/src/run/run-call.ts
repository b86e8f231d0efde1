import type { JsonObject } from '@bufbuild/protobuf';
import type { Call } from '@polywire/protocol/polywire.conformance.v1';
import { matchJson } from '../match/match-json.js';
import type { Route } from '../peer/message-codec.js';
import type { CallEvent, PeerCall } from '../peer/peer-call.js';
import { errorName, methodInfo } from '../schema/registry.js';
import { countOf } from '../suite/template.js';
import { type CaseContext, StepFailure } from './case-context.js';

/** Makes the calls of a step, or goes on with one, and compares what comes. @throws StepFailure */
export async function runCall(context: CaseContext, connection: number, step: Call): Promise<void> {
  const deadlineMs = performance.now() + (step.withinMs || context.timeoutMs);
  if (step.expectFrom !== '') {
    const call = context.kept(connection, step.expectFrom);
    sendRequests(context, call, step);
    if (step.finish) call.finish({});
    const mustEnd = step.finish || (!call.receivesStream && step.responses.length > 0);
    await checkOutcome(context, connection, call, step, deadlineMs, mustEnd);
    return;
  }
  const calls: PeerCall[] = [];
  const times = step.repeatCount === '' ? Math.max(1, step.repeat) : countOf(step.repeatCount, context.variables);
  for (let index = 0; index < times; index++) {
    context.variables.set('index', index);
    const call = context.connection(connection).startCall(methodInfo(step.method));
    call.fragmentBytes = step.fragmentBytes;
    sendRequests(context, call, step);
    const route = routeOf(context, step);
    if (step.keepAs === '' || step.finish) call.finish(route);
    if (step.keepAs !== '') context.keep(connection, context.fillText(step.keepAs), call);
    calls.push(call);
  }
  for (const [index, call] of calls.entries()) {
    context.variables.set('index', index);
    await checkOutcome(context, connection, call, step, deadlineMs, step.keepAs === '' || step.finish);
  }
}

function sendRequests(context: CaseContext, call: PeerCall, step: Call): void {
  const route = routeOf(context, step);
  const requests = step.requests as JsonObject[];
  if (requests.length === 0 && !call.sendsStream && step.expectFrom === '') call.send({}, route);
  for (const request of requests) call.send(context.fill(request), route);
}

function routeOf(context: CaseContext, step: Call): Route {
  const metadata = [...step.metadata].map(([name, value]) => [name, context.fillText(value)]);
  return {
    ...(step.idempotencyKey === '' ? {} : { idempotencyKey: context.fillText(step.idempotencyKey) }),
    ...(step.timeoutMs === 0 ? {} : { timeoutMs: step.timeoutMs }),
    ...(metadata.length === 0 ? {} : { metadata: Object.fromEntries(metadata) }),
  };
}

async function checkOutcome(
  context: CaseContext,
  connection: number,
  call: PeerCall,
  step: Call,
  deadlineMs: number,
  mustEnd: boolean,
): Promise<void> {
  const next = (what: string): Promise<CallEvent> => {
    return call.events.take(Math.max(0, Math.round(deadlineMs - performance.now())), what);
  };
  for (const [index, response] of (step.responses as JsonObject[]).entries()) {
    const what = call.receivesStream ? `response ${index + 1} of ${step.responses.length}` : 'the response';
    const event = await next(what);
    if (event.kind !== 'item') throw new StepFailure(`expected ${what}, got ${describe(event)}`);
    const differences = matchJson(context.fill(response), event.json, context.variables);
    if (differences.length > 0) throw new StepFailure(`${what} differs: ${differences.join('; ')}`);
  }
  if (step.cancelAfter !== undefined) {
    await context.connection(connection).withdraw(call, context.timeoutMs);
    context.forget((kept) => kept === call);
    return;
  }
  if (step.error !== 0) {
    await checkError(context, await next(`the error ${errorName(step.error)}`), step);
  } else if (mustEnd) {
    await checkEnd(call, step, next);
  }
}

async function checkError(context: CaseContext, event: CallEvent, step: Call): Promise<void> {
  const wanted = errorName(step.error);
  if (event.kind !== 'error' || event.code !== wanted) {
    throw new StepFailure(`expected the error ${wanted}, got ${describe(event)}`);
  }
  if (step.errorContains === undefined) return;
  const differences = matchJson(context.fill(step.errorContains as JsonObject), event.json, context.variables);
  if (differences.length > 0) throw new StepFailure(`the error ${wanted} differs: ${differences.join('; ')}`);
}

/** The end of a call without an error: a response that nobody described is still a response. */
async function checkEnd(call: PeerCall, step: Call, next: (what: string) => Promise<CallEvent>): Promise<void> {
  if (!call.receivesStream && step.responses.length === 0 && step.expectFrom === '') {
    const event = await next('the response');
    if (event.kind !== 'item') throw new StepFailure(`expected a response, got ${describe(event)}`);
  }
  const event = await next('the end of the call');
  if (event.kind !== 'end') throw new StepFailure(`expected the end of the call, got ${describe(event)}`);
}

function describe(event: CallEvent): string {
  switch (event.kind) {
    case 'item':
      return `the response ${JSON.stringify(event.json).slice(0, 200)}`;
    case 'end':
      return 'the end of the call';
    case 'error':
      return `the error ${event.code}: ${String(event.json.message)}`;
    case 'broken':
      return `an answer that breaks the wire: ${event.text}`;
  }
}
