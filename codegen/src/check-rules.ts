import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { FieldOptions_JSType } from '@bufbuild/protobuf/wkt';
import type { EmitContext } from './emit-context.js';
import { integerLimits } from './scalar-limits.js';

/**
 * Refuses rules that no check and no JSON Schema would follow: a rule that is stated and not kept
 * is worse than none.
 */
export function checkRules(context: EmitContext, message: DescMessage): void {
  const isLayout = context.rules.message(message).form?.kind === 'layout';
  for (const field of message.fields) {
    const { width, maxLen, minLen, pattern, range } = context.rules.field(field);
    const fail = (text: string): never => {
      throw context.error(field, text);
    };
    if (field.proto.options?.jstype === FieldOptions_JSType.JS_STRING) {
      fail(`field ${field.name} has jstype = JS_STRING; only JS_NUMBER is known, and bigint without it`);
    }
    if (width !== 0 && !isLayout) fail(`field ${field.name} has a width, but ${message.name} is not a layout`);
    if ((maxLen !== undefined || minLen !== undefined) && !hasLength(field)) {
      fail(`field ${field.name} has max_len or min_len, which strings, bytes, lists and maps can have`);
    }
    if (maxLen !== undefined && minLen !== undefined && minLen > maxLen) {
      fail(`field ${field.name} has min_len ${minLen} and max_len ${maxLen}: nothing fits`);
    }
    if (range !== undefined && !isNumeric(field)) {
      fail(`field ${field.name} has a range, which numbers and lists and maps of them can have`);
    }
    if (range?.min !== undefined && range.max !== undefined && range.min > range.max) {
      fail(`field ${field.name} has a range from ${range.min} to ${range.max}: nothing fits`);
    }
    if (pattern === undefined) continue;
    if (field.scalar !== ScalarType.STRING) {
      fail(`field ${field.name} has a pattern, which strings and lists and maps of them can have`);
    }
    if (!isPattern(pattern)) fail(`the pattern of field ${field.name} is not a regular expression`);
  }
}

function hasLength(field: DescField): boolean {
  if (field.fieldKind === 'list' || field.fieldKind === 'map') return true;
  return field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES;
}

function isNumeric({ scalar }: DescField): boolean {
  if (scalar === undefined) return false;
  return scalar === ScalarType.DOUBLE || scalar === ScalarType.FLOAT || integerLimits(scalar) !== undefined;
}

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}
