import type { AesGcm } from './aes-gcm.js';
import type { BanioMessage, DropReason } from './banio.js';
import type { BanioHub } from './banio-hub.js';
import { decodeMessage, type Era, type MessageIn } from './decode.js';
import { type Action, RESULT_PREFIX } from './map.js';
import { openPayload, type PayloadFault } from './payload.js';

/** A message with what serves it, a result with its id, or why it was dropped. */
export type Opened =
  | { readonly kind: 'call'; readonly era: Era; readonly action: Action; readonly message: BanioMessage }
  | { readonly kind: 'result'; readonly era: Era; readonly id: string; readonly message: BanioMessage }
  | { readonly kind: 'dropped'; readonly reason: DropReason };

/**
 * Opens a frame as far as somebody wants it: what nobody handles or waits for is neither decrypted
 * nor inflated.
 */
export function openFrame(frame: Uint8Array, hub: BanioHub, cipher: AesGcm | undefined): Opened {
  const incoming = decodeMessage(frame, hub.config);
  if ('fault' in incoming) return dropped(incoming.fault);
  const { era, action: name } = incoming;
  if (name.startsWith(RESULT_PREFIX)) {
    const id = name.slice(RESULT_PREFIX.length);
    if (!hub.waits.has(id)) return dropped('result');
    const opened = open(incoming, hub, cipher, false);
    return 'fault' in opened ? dropped(opened.fault) : { kind: 'result', era, id, message: opened };
  }
  const action = hub.actions.find(name);
  if (action === undefined) return dropped('action');
  const opened = open(incoming, hub, cipher, action.allowsPlain);
  return 'fault' in opened ? dropped(opened.fault) : { kind: 'call', era, action, message: opened };
}

function open(
  incoming: MessageIn,
  { config }: BanioHub,
  cipher: AesGcm | undefined,
  allowsPlain: boolean,
): BanioMessage | { readonly fault: PayloadFault | 'plain' } {
  const { action } = incoming;
  const mayBePlain = cipher === undefined || allowsPlain || config.acceptPlain;
  if (incoming.era !== 'gob') return mayBePlain ? { action, payload: incoming.payload } : { fault: 'plain' };
  const { data, noEncrypt } = incoming;
  if (noEncrypt && data.length > 0 && !mayBePlain) return { fault: 'plain' };
  const opened = openPayload(data, noEncrypt ? undefined : cipher, config.maxInflatedBytes);
  return 'fault' in opened ? opened : { action, payload: opened.payload };
}

function dropped(reason: DropReason): Opened {
  return { kind: 'dropped', reason };
}
