import type { Session } from './session.js';

/**
 * Whom a session counts against where all share something, however many connections it makes: the client, if its
 * id is shown and not just said, else the address that it comes from.
 */
export function principalOf({ clientId, provesClientId, remoteAddress }: Session): string {
  if (provesClientId === true && clientId !== '') return `client ${clientId}`;
  const portAt = remoteAddress.lastIndexOf(':');
  return `address ${portAt < 0 ? remoteAddress : remoteAddress.slice(0, portAt)}`;
}
