import { DataReplyText, EchoReplyText, StoreCommandText, StoredReplyText } from '@polywire/protocol/legacy.text.v1';

/** The value was stored. */
export function encodeStored(key: string, value: string): string {
  return StoredReplyText.format({ key, value });
}

/**
 * What a READ found; an empty value when it found nothing. The key of a READ may have colons: then the
 * text is that of a shorter key, and clients compare the whole of it.
 */
export function encodeData(key: string, value: string): string {
  const colon = key.indexOf(':');
  if (colon < 0) return DataReplyText.format({ key, value });
  return DataReplyText.format({ key: key.slice(0, colon), value: `${key.slice(colon + 1)}:${value}` });
}

export function encodeEcho(text: string): string {
  return EchoReplyText.format({ text });
}

/** A STORE that breaks a limit is no command: it comes back as it was. */
export function encodeRefusedStore(key: string, value: string): string {
  return encodeEcho(StoreCommandText.format({ key, value }));
}
