import { SessionServiceCalls } from '@polywire/protocol/polywire.session.v1';
import type { CallDescriptor } from '@polywire/protocol/wire';
import { type CallEngine, oneWay } from '../core/index.js';

const { goAway } = SessionServiceCalls.methods as { readonly goAway: CallDescriptor };

/** Tells the server that this client ends, and its session with it. */
export function farewell(engine: CallEngine, reason: string): void {
  oneWay(engine, SessionServiceCalls, goAway, { reason });
}
