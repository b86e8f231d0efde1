import type { DescField, DescFile, DescMessage, DescMethod, DescOneof } from '@bufbuild/protobuf';
import { checkStatements } from './codec-check.js';
import { scalarCodec, valueCodec } from './codec-scalar.js';
import { CodecTarget, isUnwrapped } from './codec-target.js';
import { indent, tracksPresence } from './codec-write.js';
import type { EmitContext } from './emit-context.js';
import { stringLiteral } from './literal.js';
import { messagesOf } from './messages-of.js';
import { isInherited, methodName, moduleImport, modulePath, propertyName, streamName, typeName } from './names.js';

const NEXT_PART = '}, {';

/**
 * Writes `src/tables/<proto file>.ts`: the same codecs and descriptors as `src/codecs` and `src/services` in a
 * form that is small, not fast: a description of every message, which the runtime interprets.
 */
export function emitTables(context: EmitContext): void {
  for (const file of context.files) emitFile(context, file);
}

function emitFile(context: EmitContext, file: DescFile): void {
  const messages = messagesOf([file]).filter((message) => !isUnwrapped(message));
  if (messages.length === 0 && file.services.length === 0) return;
  const declares = [
    ...messages.map(typeName).flatMap((name) => [`${name}$table`, `${name}$check`, `${name}Codec`]),
    ...file.services.flatMap(({ name }) => [name, `${name}Calls`]),
  ];
  const output = context.typescript(modulePath('tables', file), declares);
  const tables = new Tables(context, file, new CodecTarget(context, output, 'tables'));
  for (const message of messages) tables.add(message);
  for (const message of messages) tables.addCodec(message);
  if (messages.length > 0) {
    const types = messages.map((message) => `${typeName(message)}Init`);
    output.print(`export type { ${types.join(', ')} } from ${stringLiteral(pathTo(output.path, 'codecs', file))};\n`);
  }
  for (const service of file.services) {
    const { serviceId = 0 } = context.rules.service(service) ?? {};
    const types = [`${service.name}Client`, `${service.name}Handler`];
    output.print(`export type { ${types.join(', ')} } from ${stringLiteral(pathTo(output.path, 'services', file))};\n`);
    const describe = `/* @__PURE__ */ ${tables.target.runtime('describeService')}(${stringLiteral(service.typeName)}, ${serviceId}, {`;
    const [client, handler] = types.map((name) => output.import(name, moduleImport('services', file), true));
    const both = tables.target.runtime('ServiceDescriptor', true);
    output.print(`export const ${service.name}: ${both}<${client}, ${handler}> = ${describe}`);
    for (const method of service.methods)
      output.print(`  ${tables.method(method, (desc) => tables.target.codec(desc))}`);
    output.print('});\n');
    const calls = tables.target.runtime('CallsDescriptor', true);
    output.print(`export const ${service.name}Calls: ${calls}<${client}> = ${describe}`);
    for (const method of service.methods) output.print(`  ${tables.method(method, (desc) => tables.tableOf(desc))}`);
    output.print('});\n');
  }
}

/** Path from a file of `src/tables` to that of the same proto file in another folder. */
function pathTo(from: string, folder: string, file: DescFile): string {
  const up = '../'.repeat(from.split('/').length - 2);
  return `${up}${moduleImport(folder, file).slice('./src/'.length)}`;
}

/** The tables of one file, each after those that it refers to. */
class Tables {
  readonly target: CodecTarget;
  readonly #context: EmitContext;
  readonly #file: DescFile;
  readonly #begun = new Set<DescMessage>();
  readonly #printed = new Set<DescMessage>();

  constructor(context: EmitContext, file: DescFile, target: CodecTarget) {
    this.#context = context;
    this.#file = file;
    this.target = target;
  }

  add(message: DescMessage): void {
    if (this.#begun.has(message)) return;
    this.#begun.add(message);
    for (const { message: inner } of message.fields) {
      if (inner !== undefined && inner.file === this.#file && !isUnwrapped(inner)) this.add(inner);
    }
    const { target } = this;
    const name = typeName(message);
    const type = `${target.runtime('Table', true)}<${target.type(message)}, ${target.init(message)}>`;
    const fields = this.#fields(message);
    target.file.print(`const ${name}$table: ${type} = /* @__PURE__ */ ${target.runtime('table')}({`);
    for (const line of fields) target.file.print(line === NEXT_PART ? line : `  ${line}`);
    target.file.print('});');
    target.file.print(`export { ${name}$table as ${name}Reader, ${name}$table as ${name}Writer };\n`);
    this.#printed.add(message);
  }

  addCodec(message: DescMessage): void {
    const { target } = this;
    const name = typeName(message);
    const checks = checkStatements(target, message);
    if (checks.length > 0) {
      target.file.print(`function ${name}$check(message: ${target.type(message)}): void {`);
      target.file.print(indent(checks, 1).join('\n'), '\n}\n');
    }
    const type = `${target.runtime('MessageCodec', true)}<${target.type(message)}, ${target.init(message)}>`;
    const args = [stringLiteral(message.typeName), `${name}$table`, ...(checks.length > 0 ? [`${name}$check`] : [])];
    const codec = `${target.runtime('tableCodec')}(${args.join(', ')})`;
    target.file.print(`export const ${name}Codec: ${type} = /* @__PURE__ */ ${codec};\n`);
  }

  /** What reads and writes a message: its table, or a codec of the runtime. */
  tableOf(message: DescMessage): string {
    if (isUnwrapped(message)) return this.target.codec(message);
    return message.file === this.#file ? `${typeName(message)}$table` : this.target.reader(message);
  }

  method(method: DescMethod, codecOf: (message: DescMessage) => string): string {
    const { methodId, idempotent, fanout } = this.#context.rules.method(method);
    const stream = streamName(method);
    const flags = (idempotent ? 1 : 0) + (fanout ? 2 : 0);
    const property = methodName(method);
    const isPlain = method.name === property.charAt(0).toUpperCase() + property.slice(1);
    const facts = [methodId, codecOf(method.input), codecOf(method.output)];
    if (flags > 0 || stream !== undefined || !isPlain) facts.push(flags);
    if (stream !== undefined) facts.push(this.target.runtime(stream));
    else if (!isPlain) facts.push('undefined');
    if (!isPlain) facts.push(stringLiteral(method.name));
    return `${property}: [${facts.join(', ')}],`;
  }

  /** Members of the description, in order of field numbers. */
  #fields(message: DescMessage): string[] {
    const lines: string[] = [];
    const oneofs = new Set<DescOneof>();
    const fields = [...message.fields].sort((a, b) => a.number - b.number);
    let number = 0;
    const member = (field: DescField): string => {
      const name = propertyName(field);
      let described = this.#field(field);
      if (field.oneof === undefined && isInherited(name))
        described = this.#call('inherited', stringLiteral(name), described);
      if (field.number !== ++number) described = this.#call('at', `${field.number}`, described);
      number = field.number;
      return `${name}: ${described},`;
    };
    for (let index = 0; index < fields.length; ) {
      const field = fields[index] as DescField;
      const { oneof } = field;
      if (oneof === undefined) {
        lines.push(member(field));
        index++;
        continue;
      }
      // The second run of a oneof's members begins another part.
      if (oneofs.has(oneof)) {
        lines.push(NEXT_PART);
        oneofs.clear();
      }
      oneofs.add(oneof);
      const members: string[] = [];
      for (; fields[index]?.oneof === oneof; index++) members.push(member(fields[index] as DescField));
      lines.push(
        `${propertyName(oneof)}: /* @__PURE__ */ ${this.target.runtime('oneof')}({`,
        ...indent(members, 1),
        '}),',
      );
    }
    return lines;
  }

  #field(field: DescField): string {
    const of = this.#value(field);
    if (field.fieldKind === 'map') {
      return this.#call('map', this.target.runtime(`${scalarCodec(field.mapKey).name}Kind`), of);
    }
    if (field.fieldKind === 'list') return this.#call(field.packed ? 'packed' : 'list', of);
    return field.message === undefined && tracksPresence(field) ? this.#call('optional', of) : of;
  }

  #call(name: string, ...args: string[]): string {
    return `/* @__PURE__ */ ${this.target.runtime(name)}(${args.join(', ')})`;
  }

  #value(field: DescField): string {
    const { message } = field;
    if (message === undefined) return this.target.runtime(`${valueCodec(field).name}Kind`);
    const table = this.tableOf(message);
    const isLater = message.file === this.#file && !isUnwrapped(message) && !this.#printed.has(message);
    return isLater ? this.#call('later', `() => ${table}`) : table;
  }
}
