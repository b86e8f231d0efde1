import { SessionServiceCalls, type SessionServiceClient } from '@polywire/protocol/polywire.session.v1';
import { type CallTarget, createClient } from '../core/index.js';
import { callDefaults } from './call-defaults.js';

/** All calls of the session service, which only some clients make. */
export function sessionCalls(target: CallTarget): SessionServiceClient {
  return createClient(SessionServiceCalls, () => target, callDefaults({}));
}
