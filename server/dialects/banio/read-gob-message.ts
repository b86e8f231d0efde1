import { GobError } from './gob/gob-error.js';
import { readGobStruct } from './gob/gob-reader.js';

/** A message as it came; `data` is a view of the frame, still compressed and perhaps encrypted. */
export interface GobMessageIn {
  readonly era: 'gob';
  readonly action: string;
  readonly data: Uint8Array;
  readonly noEncrypt: boolean;
}

/** Why a frame is no message. */
export type DecodeFault = 'gob' | 'zlib';

const wanted = { Action: 'string', Data: 'bytes', NoEncrypt: 'bool' } as const;
const NOTHING = new Uint8Array(0);

/** The message in a gob stream. Fields that the sender left out are zero. */
export function readGobMessage(body: Uint8Array): GobMessageIn | { readonly fault: DecodeFault } {
  try {
    const { Action = '', Data = NOTHING, NoEncrypt = false } = readGobStruct(body, wanted);
    return { era: 'gob', action: Action, data: Data, noEncrypt: NoEncrypt };
  } catch (thrown) {
    if (thrown instanceof GobError) return { fault: 'gob' };
    throw thrown;
  }
}
