import type { DescMessage, JsonObject, JsonValue } from '@bufbuild/protobuf';
import { jsonText } from './json-text.js';
import { VectorList } from './vector.js';
import { VectorOracle } from './vector-oracle.js';
import { fieldSamples, typicalMessage } from './vector-samples.js';
import type { Bytes } from './wire-parts.js';

/** Vectors of a JSON envelope: compact, with every field in the order of the schema, none missing. */
export function envelopeVectors(desc: DescMessage): VectorList {
  const list = new VectorList(desc.typeName, 'envelope');
  const oracle = new VectorOracle(desc);
  const typical = typicalMessage(desc) as JsonObject;
  const text = (message: JsonObject): string => jsonText(message);
  const meaning = (message: JsonObject): string => oracle.decode(oracle.encode(message));
  const ordered = (message: JsonObject): JsonObject =>
    Object.fromEntries(desc.fields.map((field) => [field.jsonName, message[field.jsonName] as JsonValue]));

  list.canonical('typical', utf8(text(ordered(typical))), meaning(typical));
  for (const field of desc.fields) {
    for (const [label, value] of fieldSamples(field)) {
      const message = { ...typical, [field.jsonName]: value };
      list.canonical(`${field.name}/${label}`, utf8(text(ordered(message))), meaning(message));
    }
  }
  const reversed = Object.fromEntries(Object.entries(ordered(typical)).reverse());
  list.accepted('other-order', utf8(text(reversed)), meaning(typical));
  list.accepted('with-spaces', utf8(JSON.stringify(ordered(typical), null, 2)), meaning(typical));
  list.accepted('unknown-member', utf8(text({ ...ordered(typical), unknownMember: [1] })), meaning(typical));

  const whole = text(ordered(typical));
  for (let length = 0; length < whole.length; length++) {
    list.rejected(`truncated-at-${length}`, utf8(whole.slice(0, length)));
  }
  list.rejected('text-after-the-end', utf8(`${whole}x`));
  list.rejected('no-members', utf8('{}'));
  list.rejected('array', utf8('[]'));
  list.rejected('null', utf8('null'));
  list.rejected('string', utf8('"a"'));
  for (const field of desc.fields) {
    const { [field.jsonName]: _, ...others } = ordered(typical);
    list.rejected(`${field.name}/missing`, utf8(text(others)));
    list.rejected(`${field.name}/null`, utf8(text({ ...ordered(typical), [field.jsonName]: null })));
    list.rejected(`${field.name}/wrong-type`, utf8(text({ ...ordered(typical), [field.jsonName]: [{}] })));
  }
  return list;
}

function utf8(text: string): Bytes {
  return [...new TextEncoder().encode(text)];
}
