export { ByteReader, MAX_DEPTH, type MessageReader } from './byte-reader.js';
export { ByteWriter, type MessageWriter } from './byte-writer.js';
export { noMatch, outOfRange, tooLong, tooShort, utf8Length } from './check.js';
export { decode, EMPTY_BYTES, encode, type MessageCodec, type MessageDecoder, own } from './codec.js';
export type {
  AnyCodec,
  AnyReader,
  AnyWriter,
  CallContext,
  CallDescriptor,
  CallOptions,
  CallsDescriptor,
  Fanout,
  MethodDescriptor,
  MethodKind,
  Peer,
  ServiceDescriptor,
} from './service.js';
export { endedBy } from './text-place.js';
export {
  BoolValueCodec,
  BytesValueCodec,
  DoubleValueCodec,
  FieldMaskCodec,
  FloatValueCodec,
  Int32ValueCodec,
  Int64ValueCodec,
  ListValueCodec,
  StringValueCodec,
  StructCodec,
  UInt32ValueCodec,
  UInt64ValueCodec,
  ValueCodec,
} from './well-known.js';
export { WireError, type WireErrorReason } from './wire-error.js';
