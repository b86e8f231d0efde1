import type { AdminServiceHandler, SessionInfoInit, StatsResponse } from '@polywire/protocol/polywire.admin.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { CallContext } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';
import { isLoopback } from '../config/bind-host.js';
import { hostOf } from '../sessions/host-of.js';
import { type Session, sessionOf } from '../sessions/session.js';
import type { SessionTable } from '../sessions/session-table.js';

const DEFAULT_LIMIT = 1_000;
/** The client withdrew, as far as it can tell: it does not come back by itself. */
const KICKED_CLOSE_CODE = 3500;

export interface AdminOptions {
  readonly sessions: SessionTable;
  stats(): StatsResponse;
}

/**
 * What an operator sees and does. With auth on it takes permissions (admin.read, admin.kick); without,
 * only sessions from this machine may.
 */
export function adminHandler({ sessions, stats }: AdminOptions): AdminServiceHandler {
  return {
    stats(_request, context) {
      checkIsOperator(context);
      return stats();
    },

    listSessions({ clientId, limit }, context) {
      checkIsOperator(context);
      const listed: SessionInfoInit[] = [];
      let total = 0;
      for (const session of sessions.oldestFirst) {
        if (clientId !== '' && session.clientId !== clientId) continue;
        total++;
        if (listed.length < (limit || DEFAULT_LIMIT)) listed.push(infoOf(session));
      }
      return { sessions: listed, total };
    },

    kick({ sessionId, reason }, context) {
      checkIsOperator(context);
      const session = sessions.get(sessionId);
      session?.close(KICKED_CLOSE_CODE, reason === '' ? 'an operator ended this session' : reason);
      return { kicked: session !== undefined };
    },
  };
}

function infoOf(session: Session): SessionInfoInit {
  const { sessionId, clientId, dialect, remoteAddress, openedAtMs, messagesIn, messagesOut } = session;
  return { sessionId, clientId, dialect, remoteAddress, openedAtMs, messagesIn, messagesOut };
}

/** @throws PolywireError PERMISSION_DENIED */
function checkIsOperator(context: CallContext): void {
  const { permissions, remoteAddress } = sessionOf(context);
  // A session that has permissions was asked for the one that this call takes.
  if (permissions !== undefined || isLoopback(hostOf(remoteAddress))) return;
  throw new PolywireError(
    ErrorCode.PERMISSION_DENIED,
    'without auth only clients on the same machine are operators; configure auth and a token with the permission admin',
    { details: { permission: 'admin' } },
  );
}
