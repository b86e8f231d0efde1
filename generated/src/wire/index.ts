export { ByteReader, MAX_DEPTH, type MessageReader } from './byte-reader.js';
export { ByteWriter } from './byte-writer.js';
export { decode, encode, type MessageCodec } from './codec.js';
export type {
  AnyCodec,
  CallContext,
  CallOptions,
  Fanout,
  MethodDescriptor,
  MethodKind,
  Peer,
  ServiceDescriptor,
} from './service.js';
export { WireError, type WireErrorReason } from './wire-error.js';
