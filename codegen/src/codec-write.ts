import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { scalarCodec, tagOf, valueCodec } from './codec-scalar.js';
import type { CodecTarget } from './codec-target.js';
import { stringLiteral } from './literal.js';
import { propertyName } from './names.js';

/** Statements that append `message` to `writer`: fields in order of their numbers, defaults left out. */
export function writeStatements(target: CodecTarget, message: DescMessage): string[] {
  const lines: string[] = [];
  const members = [...message.members].sort((a, b) => numberOf(a) - numberOf(b));
  for (const member of members) {
    const access = `message.${propertyName(member)}`;
    if (member.kind === 'field') {
      lines.push(...writeField(target, member, access));
      continue;
    }
    lines.push(`switch (${access}?.$case) {`);
    for (const field of member.fields) {
      lines.push(`  case ${stringLiteral(propertyName(field))}:`);
      lines.push(...indent(writeValue(target, field, field.number, `${access}.value`), 2), '    break;');
    }
    lines.push('}');
  }
  return lines;
}

function numberOf(member: DescMessage['members'][number]): number {
  return member.kind === 'field' ? member.number : Math.min(...member.fields.map((field) => field.number));
}

function writeField(target: CodecTarget, field: DescField, access: string): string[] {
  switch (field.fieldKind) {
    case 'map':
      return [
        `if (${access} !== undefined) {`,
        `  for (const [key, value] of ${access}) {`,
        ...indent(writeMapEntry(target, field), 2),
        '  }',
        '}',
      ];
    case 'list': {
      const packed = field.packed;
      if (!packed) {
        const write = writeValue(target, field, field.number, 'item');
        return [`if (${access} !== undefined) {`, `  for (const item of ${access}) {`, ...indent(write, 2), '  }', '}'];
      }
      const { write } = valueCodec(field);
      return [
        `if (${access} !== undefined && ${access}.length > 0) {`,
        `  writer.uint32(${tagOf(field.number, 2)});`,
        '  const mark = writer.fork();',
        `  for (const item of ${access}) writer.${write}(item);`,
        '  writer.join(mark);',
        '}',
      ];
    }
    default:
      return [`if (${isPresent(field, access)}) {`, ...indent(writeValue(target, field, field.number, access), 1), '}'];
  }
}

/** A field without presence is left out when it has its default; -0 is not the default. */
function isPresent(field: DescField, access: string): string {
  if (field.fieldKind === 'message' || tracksPresence(field)) return `${access} !== undefined`;
  const { type, zero, wireType } = valueCodec(field);
  if (wireType === 2) return `${access} !== undefined && ${access}.length > 0`;
  if (type === 'boolean') return `${access} === true`;
  if (wireType !== 0 && type === 'number') {
    return `${access} !== undefined && (${access} !== 0 || Object.is(${access}, -0))`;
  }
  return `${access} !== undefined && ${access} !== ${zero}`;
}

/** True for an `optional` field: it is undefined when it is missing. */
export function tracksPresence(field: DescField): boolean {
  return field.proto.proto3Optional;
}

function writeMapEntry(target: CodecTarget, field: DescField & { fieldKind: 'map' }): string[] {
  const key = scalarCodec(field.mapKey);
  return [
    `writer.uint32(${tagOf(field.number, 2)});`,
    'const entry = writer.fork();',
    `writer.uint32(${tagOf(1, key.wireType)});`,
    `writer.${key.write}(key);`,
    ...writeValue(target, field, 2, 'value'),
    'writer.join(entry);',
  ];
}

function writeValue(target: CodecTarget, field: DescField, number: number, access: string): string[] {
  if (field.message !== undefined) {
    return [
      `writer.uint32(${tagOf(number, 2)});`,
      'const mark = writer.fork();',
      `${target.codec(field.message)}.write(${access}, writer);`,
      'writer.join(mark);',
    ].map((line, index, all) => (field.oneof === undefined ? line : block(line, index, all.length)));
  }
  const { write, wireType } = valueCodec(field);
  return [`writer.uint32(${tagOf(number, wireType)});`, `writer.${write}(${access});`];
}

/** Cases of a switch share a scope: a case that declares something gets braces. */
function block(line: string, index: number, count: number): string {
  if (index === 0) return `{ ${line}`;
  return index === count - 1 ? `${line} }` : line;
}

export function indent(lines: readonly string[], levels: number): string[] {
  return lines.map((line) => '  '.repeat(levels) + line);
}
