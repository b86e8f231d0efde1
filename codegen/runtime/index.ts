export {
  ByteReader,
  enterPart,
  leavePart,
  MAX_DEPTH,
  type MessageReader,
  readMessage,
  readTag,
  readUint32,
  skipField,
} from './byte-reader.js';
export {
  ByteWriter,
  beginPart,
  endPart,
  type MessageWriter,
  writeByte,
  writeMessage,
  writeUint32,
} from './byte-writer.js';
export { noMatch, outOfRange, tooLong, tooShort, utf8Length } from './check.js';
export { decode, EMPTY_BYTES, encode, type MessageCodec, type MessageDecoder, own } from './codec.js';
export { describeService } from './describe-service.js';
export { fromRuns } from './from-runs.js';
export { ItemQueue } from './item-queue.js';
export * from './kinds.js';
export { layoutReader, layoutWriter } from './layout.js';
export * from './read-scalars.js';
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
export {
  bidiStream,
  clientStream,
  type StartedCall,
  type Stream,
  type StreamCall,
  type StreamSink,
  serverStream,
} from './streams.js';
export { at, inherited, later, list, map, oneof, optional, packed, type Table, table, tableCodec } from './table.js';
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
export * from './write-scalars.js';
