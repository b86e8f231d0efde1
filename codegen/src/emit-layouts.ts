import type { DescField, DescFile, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { FieldOptions_JSType } from '@bufbuild/protobuf/wkt';
import type { EmitContext } from './emit-context.js';
import { docComment } from './literal.js';
import { messagesOf } from './messages-of.js';
import { layoutSizeName, moduleImport, modulePath, propertyName, typeName } from './names.js';

const VIEW_METHOD: Readonly<Record<number, string>> = { 1: 'Uint8', 2: 'Uint16', 4: 'Uint32', 8: 'BigUint64' };

/**
 * Writes `src/layouts/<proto file>.ts`: fixed-width readers and writers of the messages with a layout, and
 * `src/layout-tables/<proto file>.ts`: the same in a form that is small, not fast, which the runtime interprets.
 */
export function emitLayouts(context: EmitContext): void {
  for (const file of context.files) {
    const messages = messagesOf([file]).filter((message) => context.rules.message(message).form?.kind === 'layout');
    if (messages.length === 0) continue;
    emitFile(context, file, messages);
    emitTables(context, file, messages);
  }
}

function emitFile(context: EmitContext, file: DescFile, messages: readonly DescMessage[]): void {
  const output = context.typescript(modulePath('layouts', file), namesOf(messages));
  for (const message of messages) {
    const name = typeName(message);
    const type = output.import(name, moduleImport('messages', file), true);
    const places = placesOf(context, message);
    const size = places.reduce((sum, place) => sum + place.width, 0);
    output.print(...docComment(`Bytes of every ${name} as a layout.`));
    output.print(`export const ${layoutSizeName(message)} = ${size};\n`);
    output.print(
      docComment(
        `Reads the ${size} bytes at \`offset\` into \`into\`, or into a new object. Big-endian. Throws RangeError when they are not there.`,
      ).join('\n'),
    );
    output.print(`export function read${name}(bytes: Uint8Array, offset: number, into?: ${type}): ${type} {`);
    output.print(
      `  if (offset < 0 || offset + ${size} > bytes.length) throw new RangeError('${name} has ${size} bytes');`,
    );
    output.print(
      `  const message = into ?? { ${places.map((place) => `${place.property}: ${place.zero}`).join(', ')} };`,
    );
    for (const { property, at, width, cast } of places) {
      output.print(
        `  message.${property} = ${readExpression(at, width)}${cast === undefined ? '' : ` as ${cast(output)}`};`,
      );
    }
    output.print('  return message;\n}\n');
    output.print(
      docComment(
        `Writes ${size} bytes at \`offset\`. Big-endian; a number is cut to the width of its field. Throws RangeError when there is no room.`,
      ).join('\n'),
    );
    output.print(`export function write${name}(message: ${type}, view: DataView, offset: number): void {`);
    for (const { property, method, at } of places)
      output.print(`  view.set${method}(offset + ${at}, message.${property});`);
    output.print('}\n');
  }
}

function emitTables(context: EmitContext, file: DescFile, messages: readonly DescMessage[]): void {
  const output = context.typescript(modulePath('layout-tables', file), namesOf(messages));
  const { runtimeImport } = context.options;
  for (const message of messages) {
    const name = typeName(message);
    const type = output.import(name, moduleImport('messages', file), true);
    const places = placesOf(context, message);
    const widths = places.map(({ property, width }) => `${property}: ${width}`);
    const size = places.reduce((sum, place) => sum + place.width, 0);
    output.print(`export const ${layoutSizeName(message)} = ${size};`);
    output.print(`const ${name}$fields = { ${widths.join(', ')} };`);
    for (const [verb, make] of [
      ['read', 'layoutReader'],
      ['write', 'layoutWriter'],
    ] as const) {
      const call = `${output.import(make, runtimeImport)}<${type}>(${name}$fields)`;
      output.print(`export const ${verb}${name} = /* @__PURE__ */ ${call};`);
    }
    output.print('');
  }
}

function namesOf(messages: readonly DescMessage[]): string[] {
  return messages.flatMap((message) => {
    const name = typeName(message);
    return [layoutSizeName(message), `read${name}`, `write${name}`, `${name}$fields`];
  });
}

/** Reads bytes one by one: a DataView for each input would cost more than all that is read through it. */
function readExpression(at: number, width: number): string {
  if (width === 8) return `(BigInt(${readExpression(at, 4)}) << 32n) | BigInt(${readExpression(at + 4, 4)})`;
  const parts = Array.from({ length: width }, (_, index) => {
    const byte = `(bytes[offset + ${at + index}] as number)`;
    const shift = 8 * (width - 1 - index);
    return shift === 0 ? byte : `(${byte} << ${shift})`;
  });
  const value = parts.join(' | ');
  // Shifting into the sign bit makes a negative number of what is none.
  if (width === 4) return `(${value}) >>> 0`;
  return width === 1 ? value : `(${value})`;
}

interface Place {
  readonly property: string;
  readonly method: string;
  readonly at: number;
  readonly width: number;
  readonly zero: string;
  readonly cast: ((output: ReturnType<EmitContext['typescript']>) => string) | undefined;
}

function placesOf(context: EmitContext, message: DescMessage): Place[] {
  if (message.fields.length === 0) throw context.error(message, `the layout ${message.name} needs a field`);
  let at = 0;
  return message.fields.map((field) => {
    const { width } = context.rules.field(field);
    checkLayoutField(context, field, width);
    const { enum: enumeration } = field;
    const place: Place = {
      property: propertyName(field),
      method: VIEW_METHOD[width] as string,
      at,
      width,
      zero: width === 8 ? '0n' : '0',
      cast:
        enumeration === undefined
          ? undefined
          : (output) => output.import(typeName(enumeration), moduleImport('messages', enumeration.file), true),
    };
    at += width;
    return place;
  });
}

function checkLayoutField(context: EmitContext, field: DescField, width: number): void {
  if (!(width in VIEW_METHOD)) {
    throw context.error(field, `field ${field.name} of a layout needs a width of 1, 2, 4 or 8 bytes`);
  }
  const isNumber = field.proto.options?.jstype === FieldOptions_JSType.JS_NUMBER;
  const fits =
    width === 8
      ? field.fieldKind === 'scalar' && field.scalar === ScalarType.UINT64 && !isNumber
      : (field.fieldKind === 'scalar' && field.scalar === ScalarType.UINT32) || field.fieldKind === 'enum';
  if (!fits || field.oneof !== undefined || field.proto.proto3Optional) {
    const allowed = width === 8 ? 'a uint64 without jstype' : 'a uint32 or an enum';
    throw context.error(
      field,
      `field ${field.name} of a layout with width ${width} must be ${allowed}, not repeated, not optional and in no oneof`,
    );
  }
  const outside = field.enum?.values.find(({ number }) => number < 0 || number >= 2 ** (8 * width));
  if (outside !== undefined) {
    throw context.error(field, `field ${field.name} of a layout has width ${width}, too narrow for ${outside.name}`);
  }
}
