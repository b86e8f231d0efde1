import {
  type DescField,
  type DescMessage,
  fromBinary,
  type JsonObject,
  type JsonValue,
  toJson,
} from '@bufbuild/protobuf';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { isSecret, registry } from './schema.js';

/**
 * The proto-JSON of an encoded message, with secret fields hidden.
 * @throws PolywireError MALFORMED_MESSAGE when the bytes are not an encoding of this type
 */
export function messageJson(desc: DescMessage, bytes: Uint8Array): JsonValue {
  try {
    return hideSecrets(desc, toJson(desc, fromBinary(desc, bytes), { registry }));
  } catch (cause) {
    const text = `the bytes are not a ${desc.typeName}: ${(cause as Error).message}`;
    throw new PolywireError(ErrorCode.MALFORMED_MESSAGE, text, { cause });
  }
}

function hideSecrets(desc: DescMessage, json: JsonValue): JsonValue {
  // A well-known type may be a text or a number.
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  const shown: JsonObject = { ...json };
  for (const field of desc.fields) {
    const value = shown[field.jsonName];
    if (value === undefined) continue;
    shown[field.jsonName] = isSecret(field) ? '(hidden)' : hideInField(field, value);
  }
  return shown;
}

function hideInField(field: DescField, value: JsonValue): JsonValue {
  const { message } = field;
  if (message === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => hideSecrets(message, item));
  if (field.fieldKind !== 'map') return hideSecrets(message, value);
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, item]) => [key, hideSecrets(message, item)]),
  );
}
