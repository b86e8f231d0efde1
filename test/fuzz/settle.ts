import type { DescField, DescMessage, Message } from '@bufbuild/protobuf';
import { propertyName } from '../../codegen/src/names.js';
import { PLAIN } from './targets.js';

// Both sides may write the same message in different bytes in two places only; this settles both.

type Plain = Record<string, unknown>;

/**
 * The entries of every map in the order in which the oracle has them: it keeps maps in objects,
 * where keys that look like array indexes come first. Order has no meaning in a map.
 */
export function inOracleOrder(desc: DescMessage, ours: unknown): void {
  if (desc.file.proto.package === PLAIN || typeof ours !== 'object' || ours === null) return;
  const message = ours as Plain;
  for (const member of desc.members) {
    const value = message[propertyName(member)];
    if (member.kind === 'oneof') {
      const chosen = value as { $case: string; value: unknown } | undefined;
      const field = member.fields.find((candidate) => propertyName(candidate) === chosen?.$case);
      if (field?.message) inOracleOrder(field.message, chosen?.value);
    } else if (member.fieldKind === 'map') {
      const map = value as Map<unknown, unknown>;
      const keys = new Map([...map.keys()].map((key) => [String(key), key]));
      const order = Object.keys(Object.fromEntries(keys));
      message[propertyName(member)] = new Map(order.map((key) => [keys.get(key), map.get(keys.get(key))]));
      if (member.message) for (const item of map.values()) inOracleOrder(member.message, item);
    } else if (member.message) {
      const items = member.fieldKind === 'list' ? (value as unknown[]) : [value];
      for (const item of items) inOracleOrder(member.message, item);
    }
  }
}

/**
 * Gives every google.protobuf.Value without a kind, and every null that is not the enum's 0, the
 * kind null: we read both as null.
 */
export function withNulls(desc: DescMessage, theirs: Message): void {
  const message = theirs as unknown as Plain;
  if (desc.typeName === `${PLAIN}.Value`) {
    const kind = message.kind as { case: string | undefined };
    if (kind.case === undefined || kind.case === 'nullValue') message.kind = { case: 'nullValue', value: 0 };
  }
  for (const member of desc.members) {
    const value = message[member.localName];
    if (member.kind === 'oneof') {
      const chosen = value as { case: string | undefined; value?: Message };
      const field = member.fields.find((candidate) => candidate.localName === chosen.case);
      if (field?.message && chosen.value) withNulls(field.message, chosen.value);
    } else for (const item of messagesIn(member, value)) withNulls(member.message as DescMessage, item);
  }
}

function messagesIn(field: DescField, value: unknown): Message[] {
  if (field.message === undefined || value === undefined) return [];
  if (field.fieldKind === 'list') return value as Message[];
  return field.fieldKind === 'map' ? Object.values(value as Record<string, Message>) : [value as Message];
}
