import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import type { Session } from '../../sessions/session.js';
import type { Connection } from '../../transports/listener.js';
import type { MsgTransHub } from '../msgtrans/msgtrans-hub.js';
import { PacketPeer } from '../msgtrans/packet-peer.js';
import { NORMAL_CLOSE_CODE } from './session-end.js';

/** What a session does for a peer that sends packets that are no calls. */
export interface OpaqueSession extends Session {
  send(bytes: Uint8Array): boolean;
  onIdle(): void;
}

/**
 * The MsgTrans client that a peer is as long as it has not said Hello.
 * @param fail ends the connection
 */
export function opaquePeer(
  hub: MsgTransHub,
  session: OpaqueSession,
  connection: Connection,
  fail: (error: PolywireError) => void,
): PacketPeer {
  return new PacketPeer(hub, session, {
    send: (bytes) => session.send(bytes),
    pause: () => connection.pause?.(),
    resume: () => connection.resume?.(),
    close: () => session.close(NORMAL_CLOSE_CODE, ''),
    fail,
    onIdle: () => session.onIdle(),
  });
}

/** The peer has said Hello after all. */
export function endOpaque(peer: PacketPeer): void {
  peer.flush();
  peer.end(new PolywireError(ErrorCode.UNAVAILABLE, 'the client has said Hello: it is no MsgTrans client'));
}
