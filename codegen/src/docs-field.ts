import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence, FieldOptions_JSType } from '@bufbuild/protobuf/wkt';
import { markdownCode } from './markdown.js';
import type { FieldRules } from './rules.js';

/** Link to a message or enum on a reference page; its name when it has no page. */
export function typeLink(desc: DescMessage | DescEnum, fromPackage: string): string {
  const scope = desc.file.proto.package;
  const name = localTypeName(desc);
  if (scope === 'google.protobuf') return markdownCode(desc.typeName);
  const page = scope === fromPackage ? '' : `${scope}.md`;
  const label = scope === fromPackage ? name : desc.typeName;
  return `[${label}](${page}#${anchor(name)})`;
}

/** `Outer.Inner`: the name within the package. */
export function localTypeName(desc: DescMessage | DescEnum): string {
  return desc.parent === undefined ? desc.name : `${localTypeName(desc.parent)}.${desc.name}`;
}

/** The fragment that Markdown renderers give to a heading. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}

export function fieldType(field: DescField): string {
  const scope = field.parent.file.proto.package;
  const value = field.message ?? field.enum;
  const type = value ? typeLink(value, scope) : markdownCode(scalarName(field.scalar as ScalarType));
  if (field.fieldKind === 'list') return `repeated ${type}`;
  if (field.fieldKind === 'map') return `map of ${markdownCode(scalarName(field.mapKey))} to ${type}`;
  return type;
}

/** What a valid value is, in a few words. */
export function fieldRulesText(field: DescField, rules: FieldRules): string {
  const parts: string[] = [];
  if (field.oneof) parts.push(`one of ${markdownCode(field.oneof.name)}`);
  else if (field.fieldKind !== 'message' && field.presence === FeatureSet_FieldPresence.EXPLICIT)
    parts.push('optional');
  if (rules.width > 0) parts.push(rules.width === 1 ? '1 byte wide' : `${rules.width} bytes wide`);
  parts.push(bounds(rules.minLen, rules.maxLen, unitOf(field)));
  parts.push(bounds(rules.range?.min, rules.range?.max, ''));
  if (field.proto.options?.jstype === FieldOptions_JSType.JS_NUMBER && rules.range === undefined) {
    parts.push('at most 2^53 - 1');
  }
  if (rules.pattern !== undefined) parts.push(`matches ${markdownCode(rules.pattern)}`);
  if (rules.secret) parts.push('secret: never logged');
  if (field.deprecated) parts.push('deprecated');
  return parts.filter((part) => part !== '').join('; ');
}

function bounds(min: number | bigint | undefined, max: number | bigint | undefined, unit: string): string {
  const count = (value: number | bigint): string => [digits(value), unit].filter((part) => part !== '').join(' ');
  if (min !== undefined && max !== undefined) return `${digits(min)} to ${count(max)}`;
  if (max !== undefined) return `at most ${count(max)}`;
  return min !== undefined ? `at least ${count(min)}` : '';
}

function unitOf(field: DescField): string {
  if (field.fieldKind === 'list') return 'items';
  return field.fieldKind === 'map' ? 'entries' : 'bytes';
}

/** `17,179,869,184`, whatever the machine's locale. */
function digits(value: number | bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

function scalarName(scalar: ScalarType): string {
  return ScalarType[scalar].toLowerCase();
}
