import type { Route } from '@polywire/protocol/polywire.transport.v1';
import type { Packet } from '../packet/packet.js';
import type { CallLink } from './call-link.js';
import type { IncomingCall } from './incoming-call.js';
import type { KeyedCalls } from './keyed-calls.js';

/**
 * Has a call take part in the one call of its idempotency key, which goes on when this one ends early.
 * @param packet the request
 * @param onFailure ends the call with what went wrong
 */
export function joinKeyed(
  link: CallLink,
  keyed: KeyedCalls,
  call: IncomingCall,
  packet: Packet,
  { idempotencyKey: key, timeoutMs }: Route,
  onFailure: (thrown: unknown) => void,
): void {
  const { bound, peer, metadata } = call;
  const decode = (): unknown => link.readPayload(packet, bound.request, false);
  try {
    const request = { bound, peer, key, payload: packet.payload, timeoutMs, metadata, decode };
    const leave = keyed.join(request, (outcome) => {
      if (call.ended) return;
      if (outcome.error !== undefined) onFailure(outcome.error);
      else call.respondEncoded(outcome.response);
    });
    if (!call.ended) call.stop = leave;
  } catch (thrown) {
    onFailure(thrown);
  }
}
