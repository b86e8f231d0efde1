import type { Deadline, PolywireError } from '@polywire/sdk/core';
import { UnfinishedInput, type UnfinishedMessages } from '../../sessions/unfinished-messages.js';
import type { PacketPeer } from '../msgtrans/packet-peer.js';

/** What a session has only until it is greeted, near its end, or with an unusual peer: most are idle and have none. */
export class RareState {
  helloDeadline: Deadline | undefined;
  /** What the peer is as long as it sends packets that are no calls, and has not said Hello. */
  opaque: PacketPeer | undefined;
  /** Set once a packet was unfinished. */
  unfinished: UnfinishedInput | undefined;
  peerEnded = false;
  /** Why it is known that this connection is the last of its session, or not: by a farewell of one side, by a newer one. */
  ending: 'farewell' | 'takenOver' | undefined;
  fallback: number | undefined;

  get isEmpty(): boolean {
    return (
      this.helloDeadline === undefined &&
      this.opaque === undefined &&
      this.unfinished === undefined &&
      !this.peerEnded &&
      this.ending === undefined &&
      this.fallback === undefined
    );
  }

  /**
   * So much of a packet that is not whole is kept now; 0: nothing.
   * @param fail ends the connection
   */
  hold(byteCount: number, messages: UnfinishedMessages, fail: (error: PolywireError) => void): void {
    if (byteCount > 0) {
      this.unfinished ??= new UnfinishedInput(messages, {
        isHeldBack: () => (this.opaque?.running ?? 0) > 0,
        fail,
      });
    }
    this.unfinished?.hold(byteCount);
  }
}
