import type { DescFile, DescMessage } from '@bufbuild/protobuf';
import type { EmitContext } from './emit-context.js';
import { docComment, stringLiteral } from './literal.js';
import { messagesOf } from './messages-of.js';
import { moduleImport, modulePath, propertyName, typeName } from './names.js';
import { isPlainString } from './plain-string.js';

/** Writes `src/envelopes/<proto file>.ts`: compact JSON forms of the messages marked as envelopes. */
export function emitEnvelopes(context: EmitContext): void {
  for (const file of context.files) {
    const messages = messagesOf([file]).filter((message) => context.rules.message(message).form?.kind === 'envelope');
    if (messages.length > 0) emitFile(context, file, messages);
  }
}

function emitFile(context: EmitContext, file: DescFile, messages: readonly DescMessage[]): void {
  const output = context.typescript(
    modulePath('envelopes', file),
    messages.map((message) => `${typeName(message)}Json`),
  );
  for (const message of messages) {
    if (message.fields.length === 0) throw context.error(message, `the envelope ${message.name} needs a field`);
    for (const field of message.fields) {
      if (!isPlainString(field)) {
        throw context.error(field, `field ${field.name} of an envelope must be a string, not optional and in no oneof`);
      }
    }
    const name = typeName(message);
    const type = output.import(name, moduleImport('messages', file), true);
    const error = output.import('WireError', context.options.runtimeImport);
    const printed = message.fields
      .map((field, index) => {
        const opening = `${index === 0 ? '{' : ','}${JSON.stringify(field.jsonName)}:`;
        return `${stringLiteral(opening)} + JSON.stringify(message.${propertyName(field)})`;
      })
      .join(' + ');
    output.print(docComment(`${name} as one compact JSON object, its members in order of declaration.`).join('\n'));
    output.print(`export const ${name}Json = {`);
    output.print(
      '  /** Unknown members are passed over. Throws WireError when it is not JSON or a member is missing. */',
    );
    output.print(`  parse(text: string): ${type} {`);
    output.print('    let value: unknown;\n    try {\n      value = JSON.parse(text);\n    } catch {');
    output.print(`      throw new ${error}('malformed', 'malformed envelope: not JSON');\n    }`);
    output.print("    if (typeof value !== 'object' || value === null || Array.isArray(value)) {");
    output.print(`      throw new ${error}('malformed', 'malformed envelope: not an object');\n    }`);
    output.print('    const member = (name: string, field: string): string => {');
    output.print('      const found: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;');
    output.print("      if (typeof found === 'string') return found;");
    output.print(
      `      throw new ${error}('malformed', \`malformed envelope: \${name} is not a text\`, field);\n    };`,
    );
    const members = message.fields.map(
      (field) =>
        `${propertyName(field)}: member(${stringLiteral(field.jsonName)}, ${stringLiteral(`${message.typeName}.${field.name}`)})`,
    );
    output.print(`    return { ${members.join(', ')} };\n  },`);
    output.print(`  format(message: ${type}): string {\n    return ${printed} + '}';\n  },\n};\n`);
  }
}
