import { hostOf } from './host-of.js';
import type { Session } from './session.js';

/**
 * Whom a session counts against where all share something, however many connections it makes: the client, if its
 * id is shown and not just said, else the address that it comes from.
 */
export function principalOf({ clientId, provesClientId, remoteAddress }: Session): string {
  if (provesClientId === true && clientId !== '') return `client ${clientId}`;
  return `address ${hostOf(remoteAddress)}`;
}
