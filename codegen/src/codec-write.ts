import { type DescField, type DescMessage, type DescOneof, ScalarType } from '@bufbuild/protobuf';
import { scalarCodec, tagOf, valueCodec } from './codec-scalar.js';
import type { CodecTarget } from './codec-target.js';
import { stringLiteral } from './literal.js';
import { isInherited, propertyName } from './names.js';

/** Statements that append `message` to `writer`: fields in order of their numbers, defaults left out. */
export function writeStatements(target: CodecTarget, message: DescMessage): string[] {
  const fields = [...message.fields].sort((a, b) => a.number - b.number);
  const lines = message.members
    .filter((member) => isInherited(propertyName(member)))
    .map((member) => {
      const name = propertyName(member);
      return `const ${name}$ = ${target.runtime('own')}(message, ${stringLiteral(name)});`;
    });
  for (let at = 0; at < fields.length; ) {
    const field = fields[at] as DescField;
    const { oneof } = field;
    if (oneof === undefined) {
      lines.push(...writeField(target, field, accessOf(field)));
      at++;
      continue;
    }
    // One switch for members whose numbers follow each other; other fields may lie between them.
    const access = accessOf(oneof);
    lines.push(`switch (${access}?.$case) {`);
    for (; fields[at]?.oneof === oneof; at++) {
      const member = fields[at] as DescField;
      lines.push(`  case ${stringLiteral(propertyName(member))}:`);
      lines.push(...indent(writeValue(target, member, member.number, `${access}.value`), 2), '    break;');
    }
    lines.push('}');
  }
  return lines;
}

function writeTag(target: CodecTarget, number: number, wireType: number): string {
  const tag = tagOf(number, wireType);
  return `${target.runtime(tag < 128 ? 'writeByte' : 'writeUint32')}(writer, ${tag});`;
}

function accessOf(member: DescField | DescOneof): string {
  const name = propertyName(member);
  return isInherited(name) ? `${name}$` : `message.${name}`;
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
        `  ${writeTag(target, field.number, 2)}`,
        `  const mark = ${target.runtime('beginPart')}(writer);`,
        `  for (const item of ${access}) ${target.runtime(write)}(writer, item);`,
        `  ${target.runtime('endPart')}(writer, mark);`,
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
  if (field.scalar === ScalarType.FLOAT || field.scalar === ScalarType.DOUBLE) {
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
    writeTag(target, field.number, 2),
    `const entry = ${target.runtime('beginPart')}(writer);`,
    writeTag(target, 1, key.wireType),
    `${target.runtime(key.write)}(writer, key);`,
    ...writeValue(target, field, 2, 'value'),
    `${target.runtime('endPart')}(writer, entry);`,
  ];
}

function writeValue(target: CodecTarget, field: DescField, number: number, access: string): string[] {
  if (field.message !== undefined) {
    const write = `${target.runtime('writeMessage')}(writer, ${target.writer(field.message)}, ${access});`;
    return [writeTag(target, number, 2), write];
  }
  const { write, wireType } = valueCodec(field);
  return [writeTag(target, number, wireType), `${target.runtime(write)}(writer, ${access});`];
}

export function indent(lines: readonly string[], levels: number): string[] {
  return lines.map((line) => '  '.repeat(levels) + line);
}
