import type { ConformanceServiceHandler, Plan } from '@polywire/protocol/polywire.conformance.v1';
import { type CallContext, WireError } from '@polywire/protocol/wire';
import { type Clock, PolywireError } from '@polywire/sdk/core';

/** Answers as each request says. The plan's bounds are rules of the schema. */
export function conformanceHandler(clock: Clock): Partial<ConformanceServiceHandler> {
  const delay = (plan: Plan | undefined, context: CallContext): Promise<void> =>
    new Promise((resolve, reject) => {
      if (context.signal.aborted) return reject(context.signal.reason);
      const timer = clock.setTimer(plan?.delayMs ?? 0, () => {
        context.signal.removeEventListener('abort', stop);
        resolve();
      });
      const stop = (): void => {
        timer.cancel();
        reject(context.signal.reason);
      };
      context.signal.addEventListener('abort', stop, { once: true });
    });

  return {
    async unary(request, context) {
      const { plan } = request;
      const timeoutMs = context.remainingMs ?? 0;
      if (plan !== undefined && plan.delayMs > 0) await delay(plan, context);
      failAsPlanned(plan);
      return { payload: request.payload, metadata: new Map(Object.entries(context.metadata)), timeoutMs };
    },

    async *serverStream(request, context) {
      for (let index = 0; index < (request.plan?.count ?? 0); index++) {
        if ((request.plan?.delayMs ?? 0) > 0) await delay(request.plan, context);
        yield { payload: request.payload, index };
      }
      failAsPlanned(request.plan);
    },

    async clientStream(requests) {
      const parts: Uint8Array[] = [];
      for await (const request of requests) parts.push(request.payload);
      return { payload: Buffer.concat(parts), count: parts.length };
    },

    async *bidiStream(requests, context) {
      let index = 0;
      for await (const request of requests) {
        if ((request.plan?.delayMs ?? 0) > 0) await delay(request.plan, context);
        failAsPlanned(request.plan);
        yield { payload: request.payload, index: index++ };
      }
    },
  };
}

function failAsPlanned(plan: Plan | undefined): void {
  const error = plan?.error;
  if (error === undefined) return;
  if (error.code === 0)
    throw new WireError('invalid-field', 'plan.error needs a code', 'polywire.conformance.v1.Plan.error');
  throw PolywireError.fromMessage(error.code, error);
}
