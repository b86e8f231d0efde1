import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import type { MessageCodec } from './codec.js';
import { WireError } from './wire-error.js';

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
      writer.uint32(10);
      const mark = writer.fork();
      writer.uint32(10);
      writer.string(key);
      writer.uint32(18);
      writer.message(ValueCodec, value);
      writer.join(mark);
    }
  },
  read(reader, into) {
    const object: AnyObject = into ?? {};
    while (reader.pos < reader.end) {
      const tag = reader.tag();
      if (tag !== 10) {
        reader.skip(tag);
        continue;
      }
      const outer = reader.enter();
      let key = '';
      let value: AnyValue = null;
      while (reader.pos < reader.end) {
        const entryTag = reader.tag();
        if (entryTag === 10) key = reader.string();
        else if (entryTag === 18) value = reader.message(ValueCodec, value);
        else reader.skip(entryTag);
      }
      reader.leave(outer);
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
      writer.uint32(8);
      writer.uint32(0);
    } else if (typeof message === 'number') {
      writer.uint32(17);
      writer.double(message);
    } else if (typeof message === 'string') {
      writer.uint32(26);
      writer.string(message);
    } else if (typeof message === 'boolean') {
      writer.uint32(32);
      writer.bool(message);
    } else if (Array.isArray(message)) {
      writer.uint32(50);
      writer.message(ListValueCodec, message);
    } else if (typeof message === 'object') {
      writer.uint32(42);
      writer.message(StructCodec, message as AnyObject);
    } else {
      throw new WireError('invalid-field', `a ${typeof message} is not a JSON value`, 'google.protobuf.Value');
    }
  },
  read(reader, into) {
    let value: AnyValue = into ?? null;
    while (reader.pos < reader.end) {
      const tag = reader.tag();
      if (tag === 8) {
        reader.int32();
        value = null;
      } else if (tag === 17) value = reader.double();
      else if (tag === 26) value = reader.string();
      else if (tag === 32) value = reader.bool();
      else if (tag === 42) value = reader.message(StructCodec, isObject(value) ? value : undefined);
      else if (tag === 50) value = reader.message(ListValueCodec, Array.isArray(value) ? value : undefined);
      else reader.skip(tag);
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
      writer.uint32(10);
      writer.message(ValueCodec, value);
    }
  },
  read(reader, into) {
    const list: AnyValue[] = into ?? [];
    while (reader.pos < reader.end) {
      const tag = reader.tag();
      if (tag === 10) list.push(reader.message(ValueCodec));
      else reader.skip(tag);
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
      writer.uint32(10);
      writer.string(path);
    }
  },
  read(reader, into) {
    const paths = into ?? [];
    while (reader.pos < reader.end) {
      const tag = reader.tag();
      if (tag === 10) paths.push(reader.string());
      else reader.skip(tag);
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
      writer.uint32(tag);
      write(writer, message);
    },
    read(reader, into) {
      let value = into ?? zero;
      while (reader.pos < reader.end) {
        const found = reader.tag();
        if (found === tag) value = read(reader);
        else reader.skip(found);
      }
      return value;
    },
  };
}

export const DoubleValueCodec = /* @__PURE__ */ wrapper(
  'DoubleValue',
  9,
  0,
  (w, v) => w.double(v),
  (r) => r.double(),
);
export const FloatValueCodec = /* @__PURE__ */ wrapper(
  'FloatValue',
  13,
  0,
  (w, v) => w.float(v),
  (r) => r.float(),
);
export const Int64ValueCodec = /* @__PURE__ */ wrapper(
  'Int64Value',
  8,
  0n,
  (w, v) => w.int64(v),
  (r) => r.int64(),
);
export const UInt64ValueCodec = /* @__PURE__ */ wrapper(
  'UInt64Value',
  8,
  0n,
  (w, v) => w.uint64(v),
  (r) => r.uint64(),
);
export const Int32ValueCodec = /* @__PURE__ */ wrapper(
  'Int32Value',
  8,
  0,
  (w, v) => w.int32(v),
  (r) => r.int32(),
);
export const UInt32ValueCodec = /* @__PURE__ */ wrapper(
  'UInt32Value',
  8,
  0,
  (w, v) => w.uint32(v),
  (r) => r.uint32(),
);
export const BoolValueCodec = /* @__PURE__ */ wrapper(
  'BoolValue',
  8,
  false,
  (w, v) => w.bool(v),
  (r) => r.bool(),
);
export const StringValueCodec = /* @__PURE__ */ wrapper(
  'StringValue',
  10,
  '',
  (w, v) => w.string(v),
  (r) => r.string(),
);
export const BytesValueCodec = /* @__PURE__ */ wrapper<Uint8Array>(
  'BytesValue',
  10,
  new Uint8Array(0),
  (w, v) => w.bytes(v),
  (r) => r.bytes(),
);

function isObject(value: AnyValue): value is AnyObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
