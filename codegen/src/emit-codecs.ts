import type { DescFile, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { checkStatements } from './codec-check.js';
import { emptyProperties, readCases } from './codec-read.js';
import { CodecTarget, isUnwrapped } from './codec-target.js';
import { indent, writeStatements } from './codec-write.js';
import type { EmitContext } from './emit-context.js';
import { stringLiteral } from './literal.js';
import { messagesOf } from './messages-of.js';
import { modulePath, propertyName, typeName } from './names.js';

/**
 * Writes `src/codecs/<proto file>.ts`: for every message what a caller may leave out (`FooInit`)
 * and how it travels as protobuf (`FooCodec`), also each direction alone (`FooWriter`, `FooReader`):
 * who only calls takes no bytes for decoding requests. The types are ts-proto's.
 */
export function emitCodecs(context: EmitContext): void {
  for (const file of context.files) emitFile(context, file);
}

function emitFile(context: EmitContext, file: DescFile): void {
  const messages = messagesOf([file]).filter((message) => !isUnwrapped(message));
  if (messages.length === 0) return;
  const declares = messages.flatMap((message) => namesOf(typeName(message)));
  const output = context.typescript(modulePath('codecs', file), declares);
  const target = new CodecTarget(context, output);
  for (const message of messages) {
    output.print(initInterface(target, message).join('\n'), '\n');
    output.print(codec(target, message).join('\n'), '\n');
  }
}

function namesOf(name: string): string[] {
  const exported = ['Init', 'Codec', 'Writer', 'Reader'].map((suffix) => `${name}${suffix}`);
  // No name in a schema has a dollar sign.
  return [...exported, `${name}$write`, `${name}$read`, `${name}$check`];
}

function initInterface(target: CodecTarget, message: DescMessage): string[] {
  const name = typeName(message);
  const properties = message.members.map((member) => {
    const type =
      member.kind === 'field'
        ? target.initOf(member)
        : member.fields
            .map(
              (field) =>
                `{ readonly $case: ${stringLiteral(propertyName(field))}; readonly value: ${target.initOf(field)} }`,
            )
            .join(' | ');
    return `  readonly ${propertyName(member)}?: ${type} | undefined;`;
  });
  const doc = `/** A ${name} in the making: a field that is left out has its default. */`;
  if (properties.length === 0) return [doc, `export type ${name}Init = { readonly [name: string]: never };`];
  return [doc, `export interface ${name}Init {`, ...properties, '}'];
}

function codec(target: CodecTarget, message: DescMessage): string[] {
  const name = typeName(message);
  const type = target.type(message);
  const writer = target.runtime('ByteWriter', true);
  const reader = target.runtime('ByteReader', true);
  const skip = `${target.runtime('skipField')}(reader, tag);`;
  const writes = writeStatements(target, message);
  const cases = readCases(target, message);
  const checks = checkStatements(target, message);
  const borrows = holdsBytes(message);
  const unused = (statements: readonly string[]): string => (statements.length === 0 ? '_' : '');
  return [
    `function ${name}$write(${unused(writes)}message: ${name}Init, ${unused(writes)}writer: ${writer}): void {`,
    ...indent(writes, 1),
    '}',
    '',
    `function ${name}$read(reader: ${reader}, into?: ${type}): ${type} {`,
    `  const message: ${type} = into ?? { ${emptyProperties(target, message).join(', ')} };`,
    '  while (reader.pos < reader.end) {',
    `    const tag = ${target.runtime('readTag')}(reader);`,
    ...(cases.length === 0
      ? [`    ${skip}`]
      : ['    switch (tag) {', ...indent(cases, 3), '      default:', `        ${skip}`, '    }']),
    '  }',
    '  return message;',
    '}',
    '',
    ...(checks.length === 0 ? [] : [`function ${name}$check(message: ${type}): void {`, ...indent(checks, 1), '}', '']),
    `export const ${name}Writer: ${target.runtime('MessageWriter', true)}<${name}Init> = { write: ${name}$write };`,
    `export const ${name}Reader: ${target.runtime('MessageDecoder', true)}<${type}> = { borrows: ${borrows}, read: ${name}$read };`,
    `export const ${name}Codec: ${target.runtime('MessageCodec', true)}<${type}, ${name}Init> = {`,
    `  typeName: ${stringLiteral(message.typeName)},`,
    `  borrows: ${borrows},`,
    `  write: ${name}$write,`,
    `  read: ${name}$read,`,
    ...(checks.length === 0 ? [] : [`  check: ${name}$check,`]),
    '};',
  ];
}

/** True when a decoded message may hold views of the input. */
function holdsBytes(message: DescMessage, seen = new Set<DescMessage>()): boolean {
  if (seen.has(message)) return false;
  seen.add(message);
  return message.fields.some(
    (field) => field.scalar === ScalarType.BYTES || (field.message !== undefined && holdsBytes(field.message, seen)),
  );
}
