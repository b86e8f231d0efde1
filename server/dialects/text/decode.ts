import { ReadCommandText, StoreCommandText } from '@polywire/protocol/legacy.text.v1';

/** What a text message asks for. */
export type TextCommand =
  | { readonly type: 'store'; readonly key: string; readonly value: string }
  | { readonly type: 'read'; readonly key: string }
  /** No command: it comes back. */
  | { readonly type: 'echo'; readonly text: string };

/** Case counts and nothing is trimmed. Every text has a meaning: what is no command is an echo. */
export function decodeCommand(text: string): TextCommand {
  const store = StoreCommandText.parse(text);
  if (store !== undefined) return { type: 'store', key: store.key, value: store.value };
  const read = ReadCommandText.parse(text);
  if (read !== undefined) return { type: 'read', key: read.key };
  return { type: 'echo', text };
}
