import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { IoServiceHandler } from '@polywire/protocol/polywire.io.v1';
import type { CallContext } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';
import { principalOf } from '../sessions/principal.js';
import { type Session, sessionOf } from '../sessions/session.js';
import type { Locks } from './locks.js';
import type { PresenceTable } from './presence.js';
import { checkTopicName, type Topics } from './topics/topics.js';
import { serveWork } from './work/serve-work.js';
import type { WorkHub } from './work/work-hub.js';

export interface IoOptions {
  readonly topics: Topics;
  readonly presence: PresenceTable;
  readonly work: WorkHub;
  readonly locks: Locks;
  /** The session has ended: a call that was held up must not take anything for it. */
  hasEnded(session: Session): boolean;
}

/** Of a task whose caller gave no deadline. */
export const DEFAULT_TASK_TIMEOUT_MS = 30_000;

/** Topics, directed work and locks between clients. */
export function ioHandler({ topics, presence, work, locks, hasEnded }: IoOptions): IoServiceHandler {
  return {
    subscribe(request, context) {
      const { topic, presence: info } = request;
      if (info === undefined) return topics.subscribe(request, context.peer.sessionId, undefined);
      checkTopicName(topic);
      presence.checkRoom(topic, context.peer.sessionId);
      const own = info.slice();
      return topics.subscribe(request, context.peer.sessionId, () => {
        const leave = presence.join(topic, context.peer, own);
        return () => leave(isConnectionLost(context));
      });
    },

    broadcast({ topic, payload, tags, excludeSender }, context) {
      checkTopicName(topic);
      return topics.publish({ topic, payload, tags, exceptSessionId: excludeSender ? context.peer.sessionId : '' });
    },

    presence({ topic }) {
      checkTopicName(topic);
      return presence.watch(topic);
    },

    request({ worker, clientId, payload, methodId, retry }, context) {
      const { remainingMs, signal, peer } = context;
      return work.request({
        worker,
        clientId,
        payload: payload.slice(),
        methodId,
        timeoutMs: remainingMs ?? DEFAULT_TASK_TIMEOUT_MS,
        retry,
        askedBy: peer.clientId,
        owner: principalOf(sessionOf(context)),
        signal,
      });
    },

    work: (requests, context) => serveWork(work, requests, context),

    lock(request, context) {
      const { remainingMs, signal, peer } = context;
      if (hasEnded(sessionOf(context))) throw new PolywireError(ErrorCode.UNAVAILABLE, 'the session has ended');
      const owner = principalOf(sessionOf(context));
      return locks.lock(request, { sessionId: peer.sessionId, owner, remainingMs, signal });
    },

    unlock: (request, { peer }) => ({ released: locks.unlock(request, peer.sessionId) }),
  };
}

/** A call ended with its connection, not because its caller or this side ended it. */
function isConnectionLost({ signal }: CallContext): boolean {
  if (!signal.aborted || !PolywireError.is(signal.reason)) return false;
  const { code } = signal.reason;
  return code === ErrorCode.UNAVAILABLE || code === ErrorCode.SESSION_TAKEN_OVER;
}
