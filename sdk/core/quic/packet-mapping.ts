import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { PolywireError } from '../error.js';
import type { PacketQueue } from './packet-queue.js';

/** How packets travel in the streams of a connection. Its methods throw PolywireError when that failed for good. */
export interface PacketMapping {
  /** Hands over the packets that have arrived. */
  read(): void;
  /**
   * Writes waiting packets as far as the peer's windows allow.
   * @param ending nothing will be added, so what is open may be finished
   */
  write(queue: PacketQueue, ending: boolean): void;
  /** Everything that was to be written is, the end included. */
  readonly finished: boolean;
}

/** Who gets what a mapping reads. */
export interface PacketReceiver {
  /** One whole packet. Borrowed until it returns. */
  onPacket(packet: Uint8Array): void;
  /** The peer sends no more, but may still read. */
  onEnd(): void;
  /** Nothing is wanted any more. */
  readonly deaf: boolean;
}

/** What a stream's bytes are read into. Whatever is handed over from it is borrowed. */
export const readBuffer = new Uint8Array(65_536);

/** The binding's errors carry the name of quiche's, such as "StreamReset(7)". */
export function isQuicheError(thrown: unknown, name: string): boolean {
  return thrown instanceof Error && thrown.message.startsWith(name);
}

/** Puts into words why a stream cannot be used any more. */
export function streamFailure(thrown: unknown): PolywireError {
  if (thrown instanceof PolywireError) return thrown;
  const text = isQuicheError(thrown, 'StreamReset')
    ? 'the peer has reset its stream'
    : isQuicheError(thrown, 'StreamStopped')
      ? 'the peer has stopped reading'
      : `the stream failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  return new PolywireError(ErrorCode.UNAVAILABLE, text, { cause: thrown });
}
