import { type DescField, type DescMessage, type DescOneof, ScalarType } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence, FieldOptions_JSType } from '@bufbuild/protobuf/wkt';
import { commentText } from './comment-text.js';
import { decimalPattern } from './decimal-pattern.js';
import { enumSchema, type JsonSchema, scalarSchema, type ValueRules } from './json-schema-scalar.js';
import { wellKnownSchema } from './json-schema-well-known.js';
import type { FieldRules, Rules } from './rules.js';
import { integerLimits } from './scalar-limits.js';
import { wholePattern } from './whole-pattern.js';

/**
 * The strict schema of a message's proto-JSON: known fields only, under their lowerCamelCase names.
 * A field may be missing unless its default breaks one of its rules.
 */
export function messageSchema(desc: DescMessage, rules: Rules): JsonSchema {
  const properties = desc.fields.map((field) => [field.jsonName, fieldSchema(field, rules)] as const);
  const required = desc.fields.filter((field) => isRequired(field, rules.field(field))).map((field) => field.jsonName);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: desc.typeName,
    title: desc.name,
    ...described(commentText(desc)),
    ...(desc.deprecated ? { deprecated: true } : {}),
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
    ...exclusive(desc.oneofs),
    additionalProperties: false,
  };
}

/** The messages that a message's schema points to. */
export function referencedMessages(desc: DescMessage): DescMessage[] {
  return desc.fields
    .map((field) => field.message)
    .filter((message) => message !== undefined)
    .filter((message) => wellKnownSchema(message.typeName) === undefined);
}

function fieldSchema(field: DescField, rules: Rules): JsonSchema {
  const fieldRules = rules.field(field);
  return {
    ...described(commentText(field)),
    ...(field.deprecated ? { deprecated: true } : {}),
    ...(fieldRules.secret ? { writeOnly: true } : {}),
    ...shapeSchema(field, fieldRules),
  };
}

function shapeSchema(field: DescField, rules: FieldRules): JsonSchema {
  switch (field.fieldKind) {
    case 'list':
      return {
        type: 'array',
        ...(rules.minLen ? { minItems: rules.minLen } : {}),
        ...(rules.maxLen === undefined ? {} : { maxItems: rules.maxLen }),
        items: valueSchema(field, { pattern: rules.pattern, range: rules.range }),
      };
    case 'map':
      return {
        type: 'object',
        ...(rules.minLen ? { minProperties: rules.minLen } : {}),
        ...(rules.maxLen === undefined ? {} : { maxProperties: rules.maxLen }),
        ...keySchema(field.mapKey),
        additionalProperties: valueSchema(field, { pattern: rules.pattern, range: rules.range }),
      };
    default:
      return valueSchema(field, rules);
  }
}

function valueSchema(field: DescField, rules: ValueRules): JsonSchema {
  if (field.message) return wellKnownSchema(field.message.typeName) ?? { $ref: field.message.typeName };
  if (field.enum) return enumSchema(field.enum);
  const asNumber = field.proto.options?.jstype === FieldOptions_JSType.JS_NUMBER;
  return scalarSchema(field.scalar, { ...rules, asNumber });
}

function keySchema(key: ScalarType): JsonSchema {
  if (key === ScalarType.STRING) return {};
  if (key === ScalarType.BOOL) return { propertyNames: { enum: ['false', 'true'] } };
  const limits = integerLimits(key) ?? { min: 0n, max: 0n };
  return { propertyNames: { pattern: decimalPattern(limits.min, limits.max) } };
}

/** Every member of a oneof forbids the members after it. */
function exclusive(oneofs: readonly DescOneof[]): JsonSchema {
  const dependent: [string, JsonSchema][] = [];
  for (const oneof of oneofs) {
    const names = oneof.fields.map((field) => field.jsonName);
    for (const [index, name] of names.slice(0, -1).entries()) {
      const others = names.slice(index + 1).map((other) => [other, false] as const);
      dependent.push([name, { properties: Object.fromEntries(others) }]);
    }
  }
  return dependent.length === 0 ? {} : { dependentSchemas: Object.fromEntries(dependent) };
}

/** A field without presence that is missing has its default, which its rules may forbid. */
function isRequired(field: DescField, rules: FieldRules): boolean {
  if (field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED) return true;
  if (field.fieldKind === 'list' || field.fieldKind === 'map') return (rules.minLen ?? 0) > 0;
  if (field.fieldKind !== 'scalar' || field.presence !== FeatureSet_FieldPresence.IMPLICIT) return false;
  const { minLen = 0, pattern, range } = rules;
  if (field.scalar === ScalarType.STRING) {
    return minLen > 0 || (pattern !== undefined && !new RegExp(wholePattern(pattern), 'u').test(''));
  }
  return minLen > 0 || (range?.min !== undefined && range.min > 0n) || (range?.max !== undefined && range.max < 0n);
}

function described(text: string): JsonSchema {
  return text === '' ? {} : { description: text };
}
