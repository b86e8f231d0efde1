import type { CallContext, MethodDescriptor, ServiceDescriptor } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';

/** A call as hooks see it. */
export interface HookedCall {
  readonly service: ServiceDescriptor;
  readonly method: MethodDescriptor;
  readonly context: CallContext;
  /** The decoded request; of a client stream, its async iterable. */
  readonly request: unknown;
}

/** How a call ended. Of a stream: whether it began. */
export type HookedOutcome =
  | { readonly ok: true; readonly response: unknown }
  | { readonly ok: false; readonly error: PolywireError };

/**
 * Code that runs around every call, on every wire. Hooks run in the order they were added. One
 * that throws, or rejects, ends the call with that error; the hooks after it do not run, except
 * onRespond, which always does and whose own failure is ignored.
 */
export interface Hooks {
  /** A request was decoded; nothing is checked yet. */
  onReceive?(call: HookedCall): void | Promise<void>;
  /** The request is valid; the handler is next. */
  onExecute?(call: HookedCall): void | Promise<void>;
  /** The outcome is known; it is sent next. */
  onRespond?(call: HookedCall, outcome: HookedOutcome): void | Promise<void>;
}

export async function runWithHooks(
  hooks: readonly Hooks[],
  call: HookedCall,
  check: () => void,
  run: () => unknown,
): Promise<unknown> {
  try {
    for (const hook of hooks) await hook.onReceive?.(call);
    check();
    for (const hook of hooks) await hook.onExecute?.(call);
    const response = await run();
    await respond(hooks, call, { ok: true, response });
    return response;
  } catch (thrown) {
    await respond(hooks, call, { ok: false, error: PolywireError.from(thrown) });
    throw thrown;
  }
}

async function respond(hooks: readonly Hooks[], call: HookedCall, outcome: HookedOutcome): Promise<void> {
  for (const hook of hooks) {
    try {
      await hook.onRespond?.(call, outcome);
    } catch {
      // The outcome stands: a failing observer must not turn a done write into an error.
    }
  }
}
