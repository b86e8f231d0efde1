import type { DescEnum, DescField, DescFile, DescMessage, DescMethod, DescOneof } from '@bufbuild/protobuf';

// ts-proto emits the message types, so the names here are the ones that ts-proto 2.18 gives with
// its options `snakeToCamel` and `useSnakeTypeName`; names.test.ts compares the two.

/** Property of a field or a oneof. */
export function propertyName(desc: DescField | DescOneof): string {
  return camelCase(desc.name);
}

/** Name of a message's interface or an enum's constant: `Outer_Inner` for nested ones. */
export function typeName(desc: DescMessage | DescEnum): string {
  const parts: string[] = [];
  for (let at: DescMessage | DescEnum | undefined = desc; at !== undefined; at = at.parent) {
    parts.unshift(camelCase(at.name));
  }
  const name = parts.join('_');
  return name === 'Date' || name === 'Function' ? `${name}Message` : name;
}

/** True for what every object has: a property of this name seems to be there when it is not. */
export function isInherited(name: string): boolean {
  return name in Object.prototype;
}

/** Property of a method in clients, handlers and descriptors. */
export function methodName(desc: DescMethod): string {
  const name = camelCase(desc.name);
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

/** What of the runtime a client calls a method with. Undefined: it is unary. */
export function streamName({ methodKind }: DescMethod): string | undefined {
  return {
    unary: undefined,
    server_streaming: 'serverStream',
    client_streaming: 'clientStream',
    bidi_streaming: 'bidiStream',
  }[methodKind];
}

/**
 * A value's name without the enum's name in front: `NOT_FOUND` of ERROR_CODE_NOT_FOUND. When one
 * of the rests begins with a digit, all values keep their names.
 */
export function enumValueName(desc: DescEnum, name: string): string {
  const prefix = `${upperSnake(desc.name)}_`;
  const withoutPrefix = (full: string): string => (full.startsWith(prefix) ? full.slice(prefix.length) : full);
  return desc.values.some((value) => /^[0-9]/.test(withoutPrefix(value.name))) ? name : withoutPrefix(name);
}

/** `PACKET_HEADER` of PacketHeader. */
export function upperSnake(name: string): string {
  return name
    .replace(/[a-z0-9]([A-Z])/g, (match) => `${match[0]}_${match[1]}`)
    .replace(/[A-Z]([A-Z][a-z])/g, (match) => `${match[0]}_${match.slice(1)}`)
    .toUpperCase();
}

/** Name of a layout's size: `PACKET_HEADER_BYTES`. */
export function layoutSizeName(desc: DescMessage): string {
  return `${upperSnake(typeName(desc))}_BYTES`;
}

/** Output path of one proto file in a folder of the output, such as `codecs`. */
export function modulePath(folder: string, file: DescFile): string {
  return `src/${folder}/${file.proto.name.replace('.proto', '')}.ts`;
}

/** The same as an import path for `TypeScriptFile.import`. */
export function moduleImport(folder: string, file: DescFile): string {
  return `./src/${folder}/${file.proto.name.replace('.proto', '')}.js`;
}

function camelCase(name: string): string {
  if (!name.includes('_')) return name;
  const hasLowerCase = /[a-z]/.test(name);
  return name
    .split('_')
    .map((part) => (hasLowerCase ? part : part.toLowerCase()))
    .map((part, index) => (index === 0 ? part : part.slice(0, 1).toUpperCase() + part.slice(1)))
    .join('');
}
