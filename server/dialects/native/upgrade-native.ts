import type { ListenerHost, UpgradeDecision, UpgradeRequest } from '../../transports/listener.js';
import { NATIVE_PROTOCOL } from './native-dialect.js';

/**
 * Decides on upgrades to the native wire: at its path, with its sub-protocol or none offered.
 */
export function upgradeNative(
  path: string,
  accept: ListenerHost['accept'],
): (request: UpgradeRequest) => UpgradeDecision {
  return (request) => {
    if (request.path !== path) {
      return {
        status: 404,
        body: `nothing is served at ${request.path.slice(0, 128)}; the native wire is at ${path}\n`,
      };
    }
    if (request.protocols.length === 0) return { protocol: undefined, accept };
    if (request.protocols.includes(NATIVE_PROTOCOL)) return { protocol: NATIVE_PROTOCOL, accept };
    return { status: 400, body: `this path speaks the sub-protocol ${NATIVE_PROTOCOL}\n` };
  };
}
