import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { EMPTY_BYTES, scalarCodec, tagOf, valueCodec } from './codec-scalar.js';
import type { CodecTarget } from './codec-target.js';
import { indent, tracksPresence } from './codec-write.js';
import { stringLiteral } from './literal.js';
import { propertyName } from './names.js';

/** Properties of a message in which every field has its default. */
export function emptyProperties(target: CodecTarget, message: DescMessage): string[] {
  return message.members.map((member) => {
    const name = propertyName(member);
    if (member.kind === 'oneof') return `${name}: undefined`;
    switch (member.fieldKind) {
      case 'list':
        return `${name}: []`;
      case 'map':
        return `${name}: new Map()`;
      case 'message':
        return `${name}: undefined`;
      default:
        return `${name}: ${tracksPresence(member) ? 'undefined' : zeroOf(target, member)}`;
    }
  });
}

function zeroOf(target: CodecTarget, field: DescField): string {
  const { zero } = valueCodec(field);
  return zero === EMPTY_BYTES ? target.runtime(zero) : zero;
}

/**
 * Cases of a switch over the whole tag. A known number with another wire type falls to the
 * default, where unknown fields are skipped; lists of numbers are taken packed and unpacked.
 */
export function readCases(target: CodecTarget, message: DescMessage): string[] {
  return message.fields.flatMap((field) => readField(target, field));
}

function readField(target: CodecTarget, field: DescField): string[] {
  const access = `message.${propertyName(field.oneof ?? field)}`;
  switch (field.fieldKind) {
    case 'map':
      return [`case ${tagOf(field.number, 2)}: {`, ...indent(readMapEntry(target, field, access), 1), '  break;', '}'];
    case 'list':
      return readList(target, field, access);
    default: {
      const wireType = field.message === undefined ? valueCodec(field).wireType : 2;
      return [`case ${tagOf(field.number, wireType)}:`, `  ${readSingle(target, field, access)}`, '  break;'];
    }
  }
}

/** The last one wins; a message that comes again is merged into the one before. */
function readSingle(target: CodecTarget, field: DescField, access: string): string {
  if (field.oneof === undefined) return `${access} = ${readValue(target, field, access)};`;
  const name = stringLiteral(propertyName(field));
  const before = `${access}?.$case === ${name} ? ${access}.value : undefined`;
  return `${access} = { $case: ${name}, value: ${readValue(target, field, before)} };`;
}

function readList(target: CodecTarget, field: DescField, access: string): string[] {
  if (field.message !== undefined) {
    return [`case ${tagOf(field.number, 2)}:`, `  ${access}.push(${readValue(target, field)});`, '  break;'];
  }
  const { wireType } = valueCodec(field);
  const value = readValue(target, field);
  const single = [`case ${tagOf(field.number, wireType)}:`, `  ${access}.push(${value});`, '  break;'];
  if (wireType === 2) return single;
  return [
    ...single,
    `case ${tagOf(field.number, 2)}: {`,
    `  const outer = ${target.runtime('enterPart')}(reader);`,
    `  while (reader.pos < reader.end) ${access}.push(${value});`,
    `  ${target.runtime('leavePart')}(reader, outer);`,
    '  break;',
    '}',
  ];
}

function readMapEntry(target: CodecTarget, field: DescField & { fieldKind: 'map' }, access: string): string[] {
  const key = scalarCodec(field.mapKey);
  const valueWireType = field.message === undefined ? valueCodec(field).wireType : 2;
  const [type, zero] =
    field.message === undefined
      ? [field.enum === undefined ? valueCodec(field).type : target.type(field.enum), zeroOf(target, field)]
      : [
          target.type(field.message),
          `${target.reader(field.message)}.read(new ${target.runtime('ByteReader')}(${target.runtime(EMPTY_BYTES)}))`,
        ];
  const missing = field.message === undefined ? '' : ' | undefined';
  return [
    `const outer = ${target.runtime('enterPart')}(reader);`,
    `let key: ${key.type} = ${key.zero};`,
    `let value: ${type}${missing} = ${field.message === undefined ? zero : 'undefined'};`,
    'while (reader.pos < reader.end) {',
    `  const entryTag = ${target.runtime('readTag')}(reader);`,
    `  if (entryTag === ${tagOf(1, key.wireType)}) key = ${target.runtime(key.read)}(reader);`,
    `  else if (entryTag === ${tagOf(2, valueWireType)}) value = ${readValue(target, field, field.message === undefined ? '' : 'value')};`,
    `  else ${target.runtime('skipField')}(reader, entryTag);`,
    '}',
    `${target.runtime('leavePart')}(reader, outer);`,
    `${access}.set(key, ${field.message === undefined ? 'value' : `value ?? ${zero}`});`,
  ];
}

function readValue(target: CodecTarget, field: DescField, before = ''): string {
  if (field.message !== undefined) {
    const into = before === '' ? '' : `, ${before}`;
    return `${target.runtime('readMessage')}(reader, ${target.reader(field.message)}${into})`;
  }
  const value = `${target.runtime(valueCodec(field).read)}(reader)`;
  return field.enum === undefined ? value : `${value} as ${target.type(field.enum)}`;
}
