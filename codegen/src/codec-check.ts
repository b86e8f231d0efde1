import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { valueCodec } from './codec-scalar.js';
import type { CodecTarget } from './codec-target.js';
import { isUnwrapped } from './codec-target.js';
import { indent, tracksPresence } from './codec-write.js';
import { patternLiteral, stringLiteral } from './literal.js';
import { propertyName } from './names.js';

/** Statements that throw WireError when a value breaks a rule of the schema; none without rules. */
export function checkStatements(target: CodecTarget, message: DescMessage): string[] {
  return message.members.flatMap((member) => {
    const access = `message.${propertyName(member)}`;
    if (member.kind === 'field') return checkField(target, member, access);
    const cases = member.fields.flatMap((field) => {
      const checks = checkSingle(target, field, `${access}.value`);
      if (checks.length === 0) return [];
      return [`  case ${stringLiteral(propertyName(field))}:`, ...indent(checks, 2), '    break;'];
    });
    return cases.length === 0 ? [] : [`switch (${access}?.$case) {`, ...cases, '}'];
  });
}

/** True when a message, or one inside of it, has rules. */
export function hasRules(target: CodecTarget, message: DescMessage, seen = new Set<DescMessage>()): boolean {
  if (seen.has(message) || isUnwrapped(message)) return false;
  seen.add(message);
  return message.fields.some((field) => {
    const { maxLen, minLen, pattern, range } = target.rules.field(field);
    if (maxLen !== undefined || minLen !== undefined || range !== undefined || (pattern ?? '') !== '') return true;
    return field.message !== undefined && hasRules(target, field.message, seen);
  });
}

function checkField(target: CodecTarget, field: DescField, access: string): string[] {
  if (field.fieldKind === 'list' || field.fieldKind === 'map') {
    const size = field.fieldKind === 'list' ? `${access}.length` : `${access}.size`;
    const lines = checkLength(target, field, size, 'items');
    const checks = checkValue(target, field, 'item');
    if (checks.length === 0) return lines;
    const items = field.fieldKind === 'list' ? access : `${access}.values()`;
    return [...lines, `for (const item of ${items}) {`, ...indent(checks, 1), '}'];
  }
  const lines = checkSingle(target, field, access);
  if (lines.length === 0 || !(field.message !== undefined || tracksPresence(field))) return lines;
  return [`if (${access} !== undefined) {`, ...indent(lines, 1), '}'];
}

function checkSingle(target: CodecTarget, field: DescField, access: string): string[] {
  const lines = checkValue(target, field, access);
  if (field.scalar === ScalarType.STRING) return [...checkText(target, field, access), ...lines];
  if (field.scalar === ScalarType.BYTES) return [...checkLength(target, field, `${access}.length`, 'bytes'), ...lines];
  return lines;
}

/** What is said of a value, be it a field's, a list's item or the value of a map's entry. */
function checkValue(target: CodecTarget, field: DescField, access: string): string[] {
  if (field.message === undefined)
    return [...checkPattern(target, field, access), ...checkRange(target, field, access)];
  return hasRules(target, field.message) ? [`${target.codec(field.message)}.check?.(${access});`] : [];
}

/**
 * A string's limits count UTF-8 bytes. A UTF-16 unit is one to three of them, so a text that is
 * far from its limits is not counted.
 */
function checkText(target: CodecTarget, field: DescField, access: string): string[] {
  const { maxLen, minLen } = target.rules.field(field);
  const lines: string[] = [];
  const utf8Length = () => target.runtime('utf8Length');
  if (maxLen !== undefined) {
    lines.push(`if (${access}.length * 3 > ${maxLen} && ${utf8Length()}(${access}) > ${maxLen}) {`);
    lines.push(`  throw ${tooLong(target, field, `${utf8Length()}(${access})`, maxLen, 'bytes')};`, '}');
  }
  if (minLen !== undefined && minLen > 0) {
    lines.push(`if (${access}.length < ${minLen} && ${utf8Length()}(${access}) < ${minLen}) {`);
    lines.push(`  throw ${tooShort(target, field, `${utf8Length()}(${access})`, minLen, 'bytes')};`, '}');
  }
  return lines;
}

function checkLength(target: CodecTarget, field: DescField, length: string, unit: string): string[] {
  const { maxLen, minLen } = target.rules.field(field);
  const lines: string[] = [];
  if (maxLen !== undefined) {
    lines.push(`if (${length} > ${maxLen}) throw ${tooLong(target, field, length, maxLen, unit)};`);
  }
  if (minLen !== undefined && minLen > 0) {
    lines.push(`if (${length} < ${minLen}) throw ${tooShort(target, field, length, minLen, unit)};`);
  }
  return lines;
}

function checkPattern(target: CodecTarget, field: DescField, access: string): string[] {
  const { pattern } = target.rules.field(field);
  if (pattern === undefined || pattern === '') return [];
  const name = stringLiteral(fullName(field));
  const args = `${name}, ${stringLiteral(pattern)}`;
  return [`if (!${patternLiteral(`^(?:${pattern})$`)}.test(${access})) throw ${target.runtime('noMatch')}(${args});`];
}

function checkRange(target: CodecTarget, field: DescField, access: string): string[] {
  const { range } = target.rules.field(field);
  if (range === undefined) return [];
  const isBig = valueCodec(field).type === 'bigint';
  const literal = (bound: bigint | undefined): string =>
    bound === undefined ? 'undefined' : isBig ? `${bound}n` : `${bound}`;
  const bounds = [
    ...(range.min === undefined ? [] : [`${access} < ${literal(range.min)}`]),
    ...(range.max === undefined ? [] : [`${access} > ${literal(range.max)}`]),
    // NaN is neither below nor above.
    ...(field.scalar === ScalarType.DOUBLE || field.scalar === ScalarType.FLOAT ? [`Number.isNaN(${access})`] : []),
  ];
  if (bounds.length === 0) return [];
  const args = [stringLiteral(fullName(field)), access, literal(range.min), literal(range.max)].join(', ');
  return [`if (${bounds.join(' || ')}) throw ${target.runtime('outOfRange')}(${args});`];
}

function tooLong(target: CodecTarget, field: DescField, length: string, limit: number, unit: string): string {
  return `${target.runtime('tooLong')}(${stringLiteral(fullName(field))}, ${length}, ${limit}, '${unit}')`;
}

function tooShort(target: CodecTarget, field: DescField, length: string, limit: number, unit: string): string {
  return `${target.runtime('tooShort')}(${stringLiteral(fullName(field))}, ${length}, ${limit}, '${unit}')`;
}

function fullName(field: DescField): string {
  return `${field.parent.typeName}.${field.name}`;
}
