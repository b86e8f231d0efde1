import { LargeMessage } from '../packet/large-message.js';
import { PacketJoiner } from '../packet/packet-joiner.js';
import { LargeQueue } from './large-queue.js';

/** What cuts large messages into pieces, and puts pieces together. Handed in: not everybody carries it. */
export interface Fragments {
  readonly Message: typeof LargeMessage;
  readonly Queue: typeof LargeQueue;
  readonly Joiner: typeof PacketJoiner;
}

/** Moves messages that are larger than one packet in pieces. */
export const fragments: Fragments = { Message: LargeMessage, Queue: LargeQueue, Joiner: PacketJoiner };
