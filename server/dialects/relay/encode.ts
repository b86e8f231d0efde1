import { Buffer, isUtf8 } from 'node:buffer';
import { RelayEnvelopeJson } from '@polywire/protocol/legacy.relay.v1';
import type { RelayConfig } from '../../config/server-config.js';
import type { RelayMessage } from '../../services/relay-feed.js';

/** A message as clients get it. */
export interface EncodedMessage {
  /** UTF-8 of the text message; undefined: it is not forwarded. */
  readonly text: Buffer | undefined;
  readonly isUtf8: boolean;
}

/** Puts a message into its envelope: once, for all clients. */
export function encodeMessage(message: RelayMessage, notUtf8: RelayConfig['notUtf8']): EncodedMessage {
  const { channel, forwardedAtMs } = message;
  const payload = Buffer.from(message.payload.buffer, message.payload.byteOffset, message.payload.byteLength);
  const timestamp = new Date(forwardedAtMs).toISOString();
  if (isUtf8(payload)) {
    const envelope = RelayEnvelopeJson.format({ channel, payload: payload.toString(), timestamp });
    return { text: Buffer.from(envelope), isUtf8: true };
  }
  if (notUtf8 === 'drop') return { text: undefined, isUtf8: false };
  const envelope = RelayEnvelopeJson.format({ channel, payload: '', timestamp });
  const extra = notUtf8 === 'base64' ? `,"payload_base64":"${payload.toString('base64')}"}` : '}';
  return { text: Buffer.from(envelope.slice(0, -1) + extra), isUtf8: false };
}
