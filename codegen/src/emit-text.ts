import type { DescField, DescFile, DescMessage } from '@bufbuild/protobuf';
import type { EmitContext } from './emit-context.js';
import { docComment, stringLiteral } from './literal.js';
import { messagesOf } from './messages-of.js';
import { isInherited, moduleImport, modulePath, propertyName, typeName } from './names.js';
import { isPlainString } from './plain-string.js';
import { parseGrammar, type TextGrammar } from './text-grammar.js';

/** Writes `src/text/<proto file>.ts`: parsers and printers of the messages with a text grammar. */
export function emitText(context: EmitContext): void {
  for (const file of context.files) {
    const messages = messagesOf([file]).filter((message) => context.rules.message(message).form?.kind === 'text');
    if (messages.length > 0) emitFile(context, file, messages);
  }
}

function emitFile(context: EmitContext, file: DescFile, messages: readonly DescMessage[]): void {
  const output = context.typescript(
    modulePath('text', file),
    messages.map((message) => `${typeName(message)}Text`),
  );
  for (const message of messages) {
    const form = context.rules.message(message).form;
    if (form?.kind !== 'text') continue;
    const { literals, fields } = resolve(context, message, form.grammar);
    const name = typeName(message);
    const type = output.import(name, moduleImport('messages', file), true);
    const init = output.import(`${name}Init`, moduleImport('codecs', file), true);
    const printed = fields
      .map((field, index) => {
        const property = propertyName(field);
        const access = isInherited(property)
          ? `${output.import('own', context.options.runtimeImport)}(message, ${stringLiteral(property)})`
          : `message.${property}`;
        const literal = stringLiteral(literals[index + 1] ?? '');
        // The last place runs to the end, whatever is in it.
        if (index === fields.length - 1)
          return literals[index + 1] ? `(${access} ?? '') + ${literal}` : `(${access} ?? '')`;
        const endedBy = output.import('endedBy', context.options.runtimeImport);
        return `${endedBy}(${literal}, ${access} ?? '', ${stringLiteral(`${message.typeName}.${field.name}`)})`;
      })
      .join(' + ');
    output.print(docComment(`The text form of ${name}: ${form.grammar}`).join('\n'));
    output.print(`export const ${name}Text = {`);
    output.print(
      '  /** Undefined: the text is something else. A place runs to the next literal, the last one to the end. */',
    );
    output.print(`  parse(text: string): ${type} | undefined {`);
    output.print(
      parseLines(literals, fields)
        .map((line) => `    ${line}`)
        .join('\n'),
    );
    output.print('  },');
    if (fields.length > 1)
      output.print('  /** @throws WireError invalid-field when a value holds the literal that ends its place */');
    output.print(`  format(message: ${init}): string {`);
    output.print(`    return ${stringLiteral(literals[0] ?? '')} + ${printed};`);
    output.print('  },\n};\n');
  }
}

function parseLines(literals: readonly string[], fields: readonly DescField[]): string[] {
  const [first = ''] = literals;
  const last = literals[literals.length - 1] ?? '';
  const lines: string[] = [];
  if (first !== '') lines.push(`if (!text.startsWith(${stringLiteral(first)})) return undefined;`);
  lines.push(`const end = text.length - ${last.length};`);
  if (last !== '') lines.push(`if (end < ${first.length} || !text.endsWith(${stringLiteral(last)})) return undefined;`);
  let start = `${first.length}`;
  fields.slice(0, -1).forEach((_, index) => {
    const literal = literals[index + 1] ?? '';
    lines.push(`const at${index} = text.indexOf(${stringLiteral(literal)}, ${start});`);
    lines.push(`if (at${index} < 0 || at${index} + ${literal.length} > end) return undefined;`);
    start = `at${index} + ${literal.length}`;
  });
  const values = fields.map((field, index) => {
    const from = index === 0 ? `${first.length}` : `at${index - 1} + ${(literals[index] ?? '').length}`;
    const to = index === fields.length - 1 ? 'end' : `at${index}`;
    return `${propertyName(field)}: text.slice(${from}, ${to})`;
  });
  lines.push(`return { ${values.join(', ')} };`);
  return lines;
}

function resolve(
  context: EmitContext,
  message: DescMessage,
  grammar: string,
): { literals: TextGrammar['literals']; fields: DescField[] } {
  const parsed = parseGrammar(grammar);
  if (typeof parsed === 'string')
    throw context.error(message, `the text grammar of ${message.name} is broken: ${parsed}`);
  const fields = parsed.places.map((place): DescField => {
    const field = message.fields.find((candidate) => candidate.name === place);
    if (field === undefined) {
      throw context.error(message, `the text grammar of ${message.name} names {${place}}, but there is no such field`);
    }
    if (!isPlainString(field)) {
      throw context.error(
        field,
        `field ${field.name} is a place of a text grammar and must be a string, not optional and in no oneof`,
      );
    }
    return field;
  });
  const left = message.fields.find((field: DescField) => !fields.includes(field));
  if (left !== undefined)
    throw context.error(left, `field ${left.name} has no place in the text grammar of ${message.name}`);
  return { literals: parsed.literals, fields };
}
