import { ByteReader, type MessageReader } from './byte-reader.js';
import { ByteWriter, type MessageWriter } from './byte-writer.js';

/** The value of a bytes field that is missing. It has no bytes, so sharing it is safe. */
export const EMPTY_BYTES = new Uint8Array(0);

/** A property, unless it is inherited: every object has a `constructor` without having been given one. */
export function own<T extends object, K extends keyof T>(message: T, name: K): T[K] | undefined {
  return Object.hasOwn(message, name) ? message[name] : undefined;
}

/** The direction of a codec that reads. */
export interface MessageDecoder<T> extends MessageReader<T> {
  /** Decoded messages may hold views of the input. */
  readonly borrows: boolean;
}

/** How one message type travels as protobuf. `Init` is what a caller may leave incomplete. */
export interface MessageCodec<T, Init = T> extends MessageDecoder<T>, MessageWriter<Init> {
  /** Full name, such as `polywire.kv.v1.SetRequest`. */
  readonly typeName: string;
  /** Appends the encoding. Fields that are undefined count as their default. Throws WireError. */
  write(message: Init, writer: ByteWriter): void;
  /** Reads until `reader.end`. Throws WireError. */
  read(reader: ByteReader, into?: T): T;
  /** Throws WireError when a value breaks a rule of the schema. Missing: there are no rules. */
  check?(message: T): void;
}

const MAX_KEPT_BYTES = 65_536;
// Undefined while it is in use: reading a message may run code of whoever made it.
let idleWriter: ByteWriter | undefined;

/** The encoding of a message, in a buffer that the caller owns. */
export function encode<Init>(codec: MessageWriter<Init>, message: Init): Uint8Array {
  const writer = idleWriter ?? new ByteWriter();
  idleWriter = undefined;
  writer.reset();
  codec.write(message, writer);
  const bytes = writer.copy();
  if (writer.capacity <= MAX_KEPT_BYTES) idleWriter = writer;
  return bytes;
}

/** Decodes a whole message. Bytes fields are views of `bytes`. Throws WireError. */
export function decode<T>(codec: MessageReader<T>, bytes: Uint8Array): T {
  return codec.read(new ByteReader(bytes));
}
