import { ScalarType } from '@bufbuild/protobuf';
import { type JsonSchema, scalarSchema } from './json-schema-scalar.js';

const schemas: ReadonlyMap<string, JsonSchema> = new Map([
  ['Any', { type: 'object', properties: { '@type': { type: 'string', minLength: 1 } }, required: ['@type'] }],
  ['Duration', { type: 'string', pattern: '^-?[0-9]{1,12}(?:[.][0-9]{1,9})?s$' }],
  ['Empty', { type: 'object', additionalProperties: false }],
  ['FieldMask', { type: 'string' }],
  ['ListValue', { type: 'array' }],
  ['Struct', { type: 'object' }],
  [
    'Timestamp',
    {
      type: 'string',
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$',
    },
  ],
  ['Value', {}],
  ['BoolValue', scalarSchema(ScalarType.BOOL, {})],
  ['BytesValue', scalarSchema(ScalarType.BYTES, {})],
  ['DoubleValue', scalarSchema(ScalarType.DOUBLE, {})],
  ['FloatValue', scalarSchema(ScalarType.FLOAT, {})],
  ['Int32Value', scalarSchema(ScalarType.INT32, {})],
  ['Int64Value', scalarSchema(ScalarType.INT64, {})],
  ['StringValue', scalarSchema(ScalarType.STRING, {})],
  ['UInt32Value', scalarSchema(ScalarType.UINT32, {})],
  ['UInt64Value', scalarSchema(ScalarType.UINT64, {})],
]);

/** The schema of a well-known type that has a JSON form of its own; undefined for any other message. */
export function wellKnownSchema(typeName: string): JsonSchema | undefined {
  const [scope, name] = splitName(typeName);
  return scope === 'google.protobuf' ? schemas.get(name) : undefined;
}

function splitName(typeName: string): [scope: string, name: string] {
  const dot = typeName.lastIndexOf('.');
  return [typeName.slice(0, dot), typeName.slice(dot + 1)];
}
