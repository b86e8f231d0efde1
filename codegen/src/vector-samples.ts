import { type DescField, type DescMessage, type JsonObject, type JsonValue, ScalarType } from '@bufbuild/protobuf';
import { type Sample, scalarSamples, valueSamples } from './vector-values.js';

// Proto-JSON of well-known types; the first is the typical one.
const wellKnown: Readonly<Record<string, readonly Sample[]>> = {
  'google.protobuf.Any': [['empty', {}]],
  'google.protobuf.Duration': [
    ['typical', '1.500s'],
    ['zero', '0s'],
    ['negative', '-0.000000001s'],
  ],
  'google.protobuf.Empty': [['empty', {}]],
  'google.protobuf.FieldMask': [['typical', 'a.b,c']],
  'google.protobuf.ListValue': [
    ['typical', [1, 'a']],
    ['empty', []],
  ],
  'google.protobuf.Struct': [
    ['typical', { a: [null, true, { c: 'd' }, 1.5] }],
    ['empty', {}],
    ['minus-zero', { a: -0 }],
    ['proto-key', JSON.parse('{"__proto__":1}')],
  ],
  'google.protobuf.Timestamp': [
    ['typical', '2026-01-02T03:04:05.006Z'],
    ['zero', '1970-01-01T00:00:00Z'],
    ['before-1970', '1969-12-31T23:59:59.999999999Z'],
  ],
  'google.protobuf.Value': [
    ['typical', 'a'],
    ['null', null],
    ['number', -1.5],
    ['bool', false],
    ['list', [{}]],
  ],
};

const wrappers: Readonly<Record<string, ScalarType>> = {
  'google.protobuf.BoolValue': ScalarType.BOOL,
  'google.protobuf.BytesValue': ScalarType.BYTES,
  'google.protobuf.DoubleValue': ScalarType.DOUBLE,
  'google.protobuf.FloatValue': ScalarType.FLOAT,
  'google.protobuf.Int32Value': ScalarType.INT32,
  'google.protobuf.Int64Value': ScalarType.INT64,
  'google.protobuf.StringValue': ScalarType.STRING,
  'google.protobuf.UInt32Value': ScalarType.UINT32,
  'google.protobuf.UInt64Value': ScalarType.UINT64,
};

/** Values of a field in proto-JSON, lists and maps as a whole. The first is the typical one. */
export function fieldSamples(field: DescField): readonly Sample[] {
  switch (field.fieldKind) {
    case 'list':
      return listSamples(elementSamples(field));
    case 'map':
      return mapSamples(field);
    default:
      return elementSamples(field);
  }
}

/** A message with a typical value in every field; nested messages are filled `depth` levels deep. */
export function typicalMessage(desc: DescMessage, depth = 1): JsonValue {
  const known = messageSamples(desc)?.[0];
  if (known !== undefined) return known[1];
  const json: JsonObject = {};
  for (const field of desc.fields) {
    if (field.oneof !== undefined && field.oneof.fields[0] !== field) continue;
    if (field.message !== undefined && depth === 0) continue;
    json[field.jsonName] = fieldValue(field, depth);
  }
  return json;
}

/** The samples of a well-known type with a JSON form of its own; undefined for any other message. */
export function messageSamples(desc: DescMessage): readonly Sample[] | undefined {
  const wrapped = wrappers[desc.typeName];
  return wrapped === undefined ? wellKnown[desc.typeName] : scalarSamples(wrapped);
}

/** Values of one element of a list or map, or of a field that is neither. */
function elementSamples(field: DescField): readonly Sample[] {
  if (field.message === undefined) return valueSamples(field);
  return (
    messageSamples(field.message) ?? [
      ['typical', typicalMessage(field.message, 0)],
      ['empty', {}],
      ['nested', typicalMessage(field.message, 2)],
    ]
  );
}

function fieldValue(field: DescField, depth: number): JsonValue {
  const value = field.message ? typicalMessage(field.message, depth - 1) : (valueSamples(field)[0]?.[1] ?? null);
  if (field.fieldKind === 'list') return [value];
  if (field.fieldKind === 'map') return { [mapKeys(field.mapKey)[0]?.[1] ?? '']: value };
  return value;
}

function listSamples(elements: readonly Sample[]): Sample[] {
  const values = elements.map(([, value]) => value);
  const first = values[0] as JsonValue;
  const many: Sample[] = typeof first === 'object' ? [] : [['many', new Array<JsonValue>(130).fill(first)]];
  return [['one', [first]], ['every-kind', values], ...many];
}

function mapSamples(field: DescField & { fieldKind: 'map' }): Sample[] {
  const values = elementSamples(field);
  const typicalKey = mapKeys(field.mapKey)[0]?.[1] ?? '';
  const entry = (key: string, value: JsonValue): JsonObject => Object.fromEntries([[key, value]]);
  return [
    ...values.map(([label, value]): Sample => [label, entry(typicalKey, value)]),
    ...mapKeys(field.mapKey).map(([label, key]): Sample => [`key-${label}`, entry(key, values[0]?.[1] ?? null)]),
  ];
}

function mapKeys(key: ScalarType): (readonly [label: string, key: string])[] {
  const keys = scalarSamples(key).map(([label, value]) => [label, String(value)] as const);
  if (key !== ScalarType.STRING) return keys;
  // Names that a plain object has already.
  return [...keys, ['proto', '__proto__'], ['constructor', 'constructor']];
}
