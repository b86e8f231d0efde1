import { ByteReader, enterPart, goDeeper, leavePart, readTag, skipField } from './byte-reader.js';
import { ByteWriter, type MessageWriter, writeUint32 } from './byte-writer.js';
import type { MessageCodec, MessageDecoder } from './codec.js';
import type { ScalarKind } from './kinds.js';
import { writeBytes } from './write-scalars.js';

// Codecs that interpret a description of the message, for browsers: less code than the direct ones, with the same
// bytes, messages and errors.

// biome-ignore lint/suspicious/noExplicitAny: a table is used with messages of every type
type Any = any;

/** A nested message without fields. */
const EMPTY_PART = new Uint8Array(1);

/** Both directions of one message type, from its table. */
export interface Table<T = Any, Init = Any> extends MessageDecoder<T>, MessageWriter<Init> {}

/** How one value travels. Messages have no zero: they are undefined when they are missing. */
interface Kind {
  readonly wire: number;
  readonly zero?: Any;
  readonly signed?: boolean;
  read(reader: ByteReader, before?: Any): Any;
  write(writer: ByteWriter, value: Any): void;
}

/** What a field does, by way of its property. */
interface Field {
  readonly number?: number;
  empty(): Any;
  write(writer: ByteWriter, number: number, value: Any): void;
  /** By wire type: what the property becomes. */
  readonly reads: { readonly [wire: number]: (reader: ByteReader, before: Any) => Any };
}

interface Oneof {
  readonly members: { readonly [name: string]: Value };
}

type Value = ScalarKind<Any> | Table;

/** Fields by property, in order of their numbers, which begin at 1 and follow each other. */
export type Fields = { readonly [property: string]: Value | Field | Oneof };

/** A field whose number does not follow that of the one before. */
export function at<F extends Value | Field>(number: number, field: F): F {
  return { ...field, number };
}

/** A scalar without a default: it is written whenever it is there. */
export function optional(kind: Kind): Field {
  return single({ ...kind, zero: undefined });
}

export function list(of: Value | Kind): Field {
  const kind = kindOf(of);
  return {
    empty: () => [],
    write(writer, number, items) {
      for (const item of items) writeValue(writer, number, kind, item);
    },
    // Lists of numbers are taken packed and unpacked.
    reads: {
      2: packedKind(kind).read,
      [kind.wire]: (reader, items) => {
        items.push(kind.read(reader));
        return items;
      },
    },
  };
}

/** A list of numbers that are written into one part. */
export function packed(of: Value): Field {
  return {
    ...list(of),
    write(writer, number, items) {
      if (items.length > 0) writeValue(writer, number, packedKind(kindOf(of)), items);
    },
  };
}

export function map(key: ScalarKind<Any>, of: Value): Field {
  const kind = kindOf(of);
  // Key and value are written whatever they are.
  const entry = table<Any, Any>({ key: optional(key), value: optional(kind) });
  const entryKind = partKind(entry.read, (writer, [key, value]) => entry.write({ key, value }, writer));
  return {
    ...list(entryKind),
    empty: () => new Map(),
    reads: {
      2: (reader, entries) => {
        const found = entryKind.read(reader);
        const value = found.value ?? kind.zero ?? kind.read(new ByteReader(EMPTY_PART));
        return entries.set(found.key ?? key.zero, value);
      },
    },
  };
}

export function oneof(members: Oneof['members']): Oneof {
  return { members };
}

/** A message that is described further down, or by the table that it is in. */
export function later(table: () => Table): Table {
  return {
    borrows: true,
    read: (reader, into) => table().read(reader, into),
    write: (message, writer) => table().write(message, writer),
  };
}

/** A property that every object has without having been given one, such as `constructor`. */
export function inherited(name: keyof typeof Object.prototype, entry: Value | Field): Field {
  const field = fieldOf(entry);
  return {
    ...field,
    write(writer, number, value) {
      if (value !== Object.prototype[name]) field.write(writer, number, value);
    },
  };
}

/** The codec of a message. Its description is in several parts when a oneof has other fields between its members. */
export function table<T, Init>(...parts: readonly Fields[]): Table<T, Init> {
  const rows: (readonly [name: string, number: number, field: Field])[] = [];
  const reads: Record<number, readonly [name: string, read: Field['reads'][number]]> = {};
  let number = 0;
  for (const [name, entry] of parts.flatMap((part) => Object.entries(part))) {
    const { members } = entry as Partial<Oneof>;
    for (const [member, of] of members ? Object.entries(members) : [['', entry as Any] as const]) {
      number = of.number ?? number + 1;
      const field = members ? memberOf(member, kindOf(of)) : fieldOf(of);
      rows.push([name, number, field]);
      for (const [wire, read] of Object.entries(field.reads)) reads[number * 8 + Number(wire)] = [name, read];
    }
  }
  return {
    borrows: true,
    write(message: Any, writer) {
      for (const [name, fieldNumber, field] of rows) {
        if (message[name] !== undefined) field.write(writer, fieldNumber, message[name]);
      }
    },
    read(reader, into) {
      const message: Any = into ?? {};
      if (into === undefined) for (const [name, , field] of rows) message[name] = field.empty();
      while (reader.pos < reader.end) {
        const tag = readTag(reader);
        const found = reads[tag];
        if (found === undefined) skipField(reader, tag);
        else {
          const [name, read] = found;
          message[name] = read(reader, message[name]);
        }
      }
      return message;
    },
  };
}

/** A table with what a server needs beside it. */
export function tableCodec<T, Init>(
  typeName: string,
  table: Table<T, Init>,
  check?: (message: T) => void,
): MessageCodec<T, Init> {
  return { ...table, typeName, ...(check && { check }) };
}

function fieldOf(entry: Value | Field): Field {
  return 'reads' in entry ? entry : single(kindOf(entry));
}

function single(kind: Kind): Field {
  const { zero } = kind;
  return {
    empty: () => zero,
    write(writer, number, value) {
      const isZero = kind.signed ? Object.is(value, zero) : value === zero || value?.length === 0;
      if (zero === undefined || !isZero) writeValue(writer, number, kind, value);
    },
    reads: { [kind.wire]: kind.read },
  };
}

function memberOf($case: string, kind: Kind): Field {
  return {
    empty: () => undefined,
    write(writer, number, value) {
      if (value?.$case === $case) writeValue(writer, number, kind, value.value);
    },
    reads: {
      [kind.wire]: (reader, before) => ({
        $case,
        value: kind.read(reader, before?.$case === $case ? before.value : undefined),
      }),
    },
  };
}

function kindOf(of: Value | Kind): Kind {
  if ('wire' in of) return of;
  return partKind(
    (reader, before) => of.read(reader, before),
    (writer, value) => of.write(value, writer),
    1,
  );
}

function packedKind(kind: Kind): Kind {
  return partKind(
    (reader, items) => {
      while (reader.pos < reader.end) items.push(kind.read(reader));
      return items;
    },
    (writer, items) => {
      for (const item of items) kind.write(writer, item);
    },
  );
}

/** What has its length in front. @param levels that messages are nested deeper in it */
function partKind(read: Kind['read'], write: Kind['write'], levels = 0): Kind {
  return {
    wire: 2,
    read(reader, before) {
      const outer = enterPart(reader);
      goDeeper(reader, levels);
      const value = read(reader, before);
      reader.depth -= levels;
      leavePart(reader, outer);
      return value;
    },
    write(writer, value) {
      const part = new ByteWriter();
      part.depth = writer.depth;
      goDeeper(part, levels);
      write(part, value);
      writeBytes(writer, part.view());
    },
  };
}

function writeValue(writer: ByteWriter, number: number, kind: Kind, value: Any): void {
  writeUint32(writer, tagOf(number, kind));
  kind.write(writer, value);
}

function tagOf(number: number, { wire }: Kind): number {
  return ((number << 3) | wire) >>> 0;
}
