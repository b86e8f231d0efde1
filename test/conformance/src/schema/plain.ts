import { create, type DescField, type DescMessage, isFieldSet, type Message, ScalarType } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence, FieldOptions_JSType } from '@bufbuild/protobuf/wkt';

/** A message as the generated types have it: plain objects, Maps, `$case` unions. */
export type Plain = Record<string, unknown>;

type Loose = Record<string, unknown>;
type OneofValue = { case?: string; value?: unknown };

const STRUCT = 'google.protobuf.Struct';

/** Turns a message of @bufbuild/protobuf into the shape of the generated types. */
export function toPlain(desc: DescMessage, message: Message): Plain {
  const from = message as unknown as Loose;
  const plain: Plain = {};
  for (const member of desc.members) {
    if (member.kind === 'oneof') {
      const chosen = from[member.localName] as OneofValue;
      const field = member.fields.find((each) => each.localName === chosen.case);
      plain[member.localName] =
        field === undefined ? undefined : { $case: field.localName, value: plainValue(field, chosen.value) };
    } else {
      const present = member.presence === FeatureSet_FieldPresence.IMPLICIT || isFieldSet(message, member);
      plain[member.localName] = present ? plainField(member, from[member.localName]) : undefined;
    }
  }
  return plain;
}

/** Turns a generated message into one of @bufbuild/protobuf. */
export function fromPlain(desc: DescMessage, plain: Plain): Message {
  const init: Loose = {};
  for (const member of desc.members) {
    const value = plain[member.localName];
    if (value === undefined) continue;
    if (member.kind === 'oneof') {
      const { $case, value: inner } = value as { $case: string; value: unknown };
      const field = member.fields.find((each) => each.localName === $case);
      if (field === undefined) throw new Error(`${desc.typeName}.${member.localName} has no case ${$case}`);
      init[member.localName] = { case: $case, value: messageValue(field, inner) };
    } else {
      init[member.localName] = messageField(member, value);
    }
  }
  return create(desc, init as never) as Message;
}

function plainField(field: DescField, value: unknown): unknown {
  switch (field.fieldKind) {
    case 'list':
      return (value as unknown[]).map((each) => plainValue(field, each));
    case 'map': {
      const entries = Object.entries(value as Loose);
      return new Map(entries.map(([key, each]) => [plainKey(field.mapKey, key), plainValue(field, each)]));
    }
    default:
      return plainValue(field, value);
  }
}

function plainKey(type: ScalarType, key: string): unknown {
  if (type === ScalarType.STRING) return key;
  if (type === ScalarType.BOOL) return key === 'true';
  return is64Bit(type) ? BigInt(key) : Number(key);
}

function plainValue(field: DescField, value: unknown): unknown {
  if (field.message !== undefined) {
    // A Struct field holds the JSON object itself, on both sides.
    return field.message.typeName === STRUCT ? value : toPlain(field.message, value as Message);
  }
  const asNumber = field.proto.options?.jstype === FieldOptions_JSType.JS_NUMBER;
  return typeof value === 'bigint' && asNumber ? Number(value) : value;
}

function messageField(field: DescField, value: unknown): unknown {
  switch (field.fieldKind) {
    case 'list':
      return (value as unknown[]).map((each) => messageValue(field, each));
    case 'map':
      return Object.fromEntries(
        [...(value as Map<unknown, unknown>)].map(([key, each]) => [String(key), messageValue(field, each)]),
      );
    default:
      return messageValue(field, value);
  }
}

function messageValue(field: DescField, value: unknown): unknown {
  if (field.message !== undefined) {
    return field.message.typeName === STRUCT ? value : fromPlain(field.message, value as Plain);
  }
  return field.scalar !== undefined && is64Bit(field.scalar) ? BigInt(value as number | bigint) : value;
}

function is64Bit(type: ScalarType): boolean {
  return [ScalarType.INT64, ScalarType.UINT64, ScalarType.SINT64, ScalarType.FIXED64, ScalarType.SFIXED64].includes(
    type,
  );
}
