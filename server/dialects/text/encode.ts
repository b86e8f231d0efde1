import { DataReplyText, EchoReplyText, StoreCommandText, StoredReplyText } from '@polywire/protocol/legacy.text.v1';

/** The value was stored. */
export function encodeStored(key: string, value: string): string {
  return StoredReplyText.format({ key, value });
}

/** What a READ found; an empty value when it found nothing. */
export function encodeData(key: string, value: string): string {
  return DataReplyText.format({ key, value });
}

export function encodeEcho(text: string): string {
  return EchoReplyText.format({ text });
}

/** A STORE that breaks a limit is no command: it comes back as it was. */
export function encodeRefusedStore(key: string, value: string): string {
  return encodeEcho(StoreCommandText.format({ key, value }));
}
