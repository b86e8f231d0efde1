import { type HttpAnswer, textAnswer } from './answer-http.js';
import { handshakeFault } from './handshake-fault.js';
import type { LinkRegistry } from './link-registry.js';
import type { Connection, ConnectionHandler, ListenerHost, UpgradeRequest } from './listener.js';

const NOT_FOUND = 404;

/** What becomes of an upgrade: an answer that refuses it, or the sub-protocol ('' for none) and who serves it. */
export type UpgradeOutcome =
  | { readonly refusal: HttpAnswer }
  | {
      readonly refusal: undefined;
      readonly protocol: string;
      accept(connection: Connection): ConnectionHandler;
    };

/**
 * Asks the host about an upgrade, within the limit on connections. Never throws.
 * @param accepting false once the listener was told to stop accepting
 */
export function decideUpgrade(
  host: ListenerHost,
  registry: LinkRegistry,
  request: UpgradeRequest,
  accepting: boolean,
): UpgradeOutcome {
  if (!accepting) return { refusal: textAnswer(503, 'the server is stopping; try again later\n') };
  const refusal = registry.refusal();
  if (refusal !== undefined) return { refusal: textAnswer(503, `${refusal}; try again later\n`) };
  try {
    const decision = host.upgrade(request);
    const fault = handshakeFault(request);
    if (fault !== undefined && !('status' in decision && decision.status === NOT_FOUND)) {
      return { refusal: textAnswer(400, `no WebSocket handshake: ${fault}\n`) };
    }
    if ('status' in decision) return { refusal: textAnswer(decision.status, decision.body) };
    // A sub-protocol that was not offered makes the peer fail the handshake.
    const offered = decision.protocol !== undefined && request.protocols.includes(decision.protocol);
    return {
      refusal: undefined,
      protocol: offered ? (decision.protocol ?? '') : '',
      accept: (connection) => decision.accept(connection),
    };
  } catch (error) {
    registry.report(error);
    return { refusal: textAnswer(500, 'internal error\n') };
  }
}
