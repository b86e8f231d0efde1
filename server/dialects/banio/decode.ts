import { decodeOldBody, looksOld, type OldMessage } from './old-eras.js';
import { type DecodeFault, type GobMessageIn, readGobMessage } from './read-gob-message.js';

export type MessageIn = GobMessageIn | OldMessage;

/** Which form of the wire a message has. */
export type Era = MessageIn['era'];

export interface DecodeOptions {
  /** Read the two older forms too. */
  readonly oldEras: boolean;
  /** Longest body of an older form, inflated. */
  readonly maxInflatedBytes: number;
}

/** The message in a frame, or what is wrong with it. */
export function decodeMessage(frame: Uint8Array, options: DecodeOptions): MessageIn | { readonly fault: DecodeFault } {
  if (options.oldEras && looksOld(frame)) return decodeOldBody(frame, options.maxInflatedBytes);
  return readGobMessage(frame);
}
