import { type ByteReader, enterPart, leavePart, readMessage, readTag, readUint32, skipField } from './byte-reader.js';
import { type ByteWriter, beginPart, endPart, writeMessage, writeUint32 } from './byte-writer.js';
import type { MessageCodec } from './codec.js';
import {
  readBool,
  readBytes,
  readDouble,
  readFloat,
  readInt32,
  readInt64,
  readString,
  readUint64,
} from './read-scalars.js';
import { WireError } from './wire-error.js';
import {
  writeBool,
  writeBytes,
  writeDouble,
  writeFloat,
  writeInt32,
  writeInt64,
  writeString,
  writeUint64,
} from './write-scalars.js';

// Codecs of the messages of google.protobuf that ts-proto types as what they wrap.
// Source of the formats: google/protobuf/struct.proto, wrappers.proto and field_mask.proto.

// biome-ignore lint/suspicious/noExplicitAny: ts-proto's type of a Struct
type AnyObject = { [key: string]: any };
// biome-ignore lint/suspicious/noExplicitAny: ts-proto's type of a Value
type AnyValue = any;

/** google.protobuf.Struct as a plain object. Undefined members are left out. */
export const StructCodec: MessageCodec<AnyObject> = {
  typeName: 'google.protobuf.Struct',
  borrows: false,
  write(message, writer) {
    for (const [key, value] of Object.entries(message)) {
      if (value === undefined) continue;
      writeUint32(writer, 10);
      const mark = beginPart(writer);
      writeUint32(writer, 10);
      writeString(writer, key);
      writeUint32(writer, 18);
      writeMessage(writer, ValueCodec, value);
      endPart(writer, mark);
    }
  },
  read(reader, into) {
    const object: AnyObject = into ?? {};
    while (reader.pos < reader.end) {
      const tag = readTag(reader);
      if (tag !== 10) {
        skipField(reader, tag);
        continue;
      }
      const outer = enterPart(reader);
      let key = '';
      let value: AnyValue = null;
      while (reader.pos < reader.end) {
        const entryTag = readTag(reader);
        if (entryTag === 10) key = readString(reader);
        else if (entryTag === 18) value = readMessage(reader, ValueCodec, value);
        else skipField(reader, entryTag);
      }
      leavePart(reader, outer);
      // Not an assignment: a key such as __proto__ is a member like any other.
      Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return object;
  },
};

/** google.protobuf.Value as the JSON value. What JSON cannot express is refused. */
export const ValueCodec: MessageCodec<AnyValue> = {
  typeName: 'google.protobuf.Value',
  borrows: false,
  write(message, writer) {
    if (message === null || message === undefined) {
      writeUint32(writer, 8);
      writeUint32(writer, 0);
    } else if (typeof message === 'number') {
      writeUint32(writer, 17);
      writeDouble(writer, message);
    } else if (typeof message === 'string') {
      writeUint32(writer, 26);
      writeString(writer, message);
    } else if (typeof message === 'boolean') {
      writeUint32(writer, 32);
      writeBool(writer, message);
    } else if (Array.isArray(message)) {
      writeUint32(writer, 50);
      writeMessage(writer, ListValueCodec, message);
    } else if (typeof message === 'object') {
      writeUint32(writer, 42);
      writeMessage(writer, StructCodec, message as AnyObject);
    } else {
      throw new WireError('invalid-field', `a ${typeof message} is not a JSON value`, 'google.protobuf.Value');
    }
  },
  read(reader, into) {
    let value: AnyValue = into ?? null;
    while (reader.pos < reader.end) {
      const tag = readTag(reader);
      if (tag === 8) {
        readInt32(reader);
        value = null;
      } else if (tag === 17) value = readDouble(reader);
      else if (tag === 26) value = readString(reader);
      else if (tag === 32) value = readBool(reader);
      else if (tag === 42) value = readMessage(reader, StructCodec, isObject(value) ? value : undefined);
      else if (tag === 50) value = readMessage(reader, ListValueCodec, Array.isArray(value) ? value : undefined);
      else skipField(reader, tag);
    }
    return value;
  },
};

/** google.protobuf.ListValue as an array. */
export const ListValueCodec: MessageCodec<AnyValue[]> = {
  typeName: 'google.protobuf.ListValue',
  borrows: false,
  write(message, writer) {
    for (const value of message) {
      writeUint32(writer, 10);
      writeMessage(writer, ValueCodec, value);
    }
  },
  read(reader, into) {
    const list: AnyValue[] = into ?? [];
    while (reader.pos < reader.end) {
      const tag = readTag(reader);
      if (tag === 10) list.push(readMessage(reader, ValueCodec));
      else skipField(reader, tag);
    }
    return list;
  },
};

/** google.protobuf.FieldMask as an array of paths. */
export const FieldMaskCodec: MessageCodec<string[]> = {
  typeName: 'google.protobuf.FieldMask',
  borrows: false,
  write(message, writer) {
    for (const path of message) {
      writeUint32(writer, 10);
      writeString(writer, path);
    }
  },
  read(reader, into) {
    const paths = into ?? [];
    while (reader.pos < reader.end) {
      const tag = readTag(reader);
      if (tag === 10) paths.push(readString(reader));
      else skipField(reader, tag);
    }
    return paths;
  },
};

function wrapper<T>(
  name: string,
  tag: number,
  zero: T,
  write: (writer: ByteWriter, value: T) => void,
  read: (reader: ByteReader) => T,
): MessageCodec<T> {
  return {
    typeName: `google.protobuf.${name}`,
    borrows: name === 'BytesValue',
    write(message, writer) {
      const isZero = message instanceof Uint8Array ? message.length === 0 : Object.is(message, zero);
      if (isZero) return;
      writeUint32(writer, tag);
      write(writer, message);
    },
    read(reader, into) {
      let value = into ?? zero;
      while (reader.pos < reader.end) {
        const found = readTag(reader);
        if (found === tag) value = read(reader);
        else skipField(reader, found);
      }
      return value;
    },
  };
}

export const DoubleValueCodec = /* @__PURE__ */ wrapper('DoubleValue', 9, 0, writeDouble, readDouble);
export const FloatValueCodec = /* @__PURE__ */ wrapper('FloatValue', 13, 0, writeFloat, readFloat);
export const Int64ValueCodec = /* @__PURE__ */ wrapper('Int64Value', 8, 0n, writeInt64, readInt64);
export const UInt64ValueCodec = /* @__PURE__ */ wrapper('UInt64Value', 8, 0n, writeUint64, readUint64);
export const Int32ValueCodec = /* @__PURE__ */ wrapper('Int32Value', 8, 0, writeInt32, readInt32);
export const UInt32ValueCodec = /* @__PURE__ */ wrapper('UInt32Value', 8, 0, writeUint32, readUint32);
export const BoolValueCodec = /* @__PURE__ */ wrapper('BoolValue', 8, false, writeBool, readBool);
export const StringValueCodec = /* @__PURE__ */ wrapper('StringValue', 10, '', writeString, readString);
export const BytesValueCodec = /* @__PURE__ */ wrapper<Uint8Array>(
  'BytesValue',
  10,
  new Uint8Array(0),
  writeBytes,
  readBytes,
);

function isObject(value: AnyValue): value is AnyObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
