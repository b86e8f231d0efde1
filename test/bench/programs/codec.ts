// Encodes or decodes one message in a loop, and writes how many a second of processor time as a line of JSON: name of
// the codec, "encode" or "decode", path of a package if it needs one, seconds. Every codec first has to
// give the bytes of all others.
import { createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import { base64Decode } from '@bufbuild/protobuf/wire';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { SetCodec } from '@polywire/protocol/legacy.kv.v1';
import { fileDescriptorSetBase64 } from '@polywire/protocol/schema';
import { ByteReader, ByteWriter, encode } from '@polywire/protocol/wire';
import { readSet, writeSet } from './hand-codec.js';

/** legacy.kv.v1.Set: 59 bytes. */
export interface SetMessage {
  key: string;
  value: Uint8Array;
  expire: number;
}

interface Codec {
  /** @returns the bytes, or how many there are where they stay in a buffer that is used again */
  encode(message: SetMessage): Uint8Array | number;
  decode(bytes: Uint8Array): SetMessage;
}

interface TsProto {
  readonly Set: { encode(message: SetMessage): { finish(): Uint8Array }; decode(bytes: Uint8Array): SetMessage };
}

interface ProtobufJs {
  parse(text: string): {
    root: {
      lookupType(name: string): {
        encode(message: SetMessage): { finish(): Uint8Array };
        decode(bytes: Uint8Array): unknown;
      };
    };
  };
}

const MESSAGES = 64;
const SLICE = 2000;
const WARMUP_MS = 300;
const PROTO = 'syntax = "proto3"; message Set { string key = 1; bytes value = 2; uint32 expire = 3; }';

const [name = '', direction = '', path = '', seconds] = process.argv.slice(2);
const codec = await load(name);
const messages = Array.from({ length: MESSAGES }, (_, index): SetMessage => {
  return { key: `station:CS001:${String(index).padStart(3, '0')}`, value: Buffer.alloc(32, index + 1), expire: 1000 };
});
const encoded = messages.map((message) => Buffer.from(encode(SetCodec, message)));
messages.forEach((message, index) => {
  const bytes = codec.encode(message);
  const expected = encoded[index] as Buffer;
  const right = typeof bytes === 'number' ? bytes === expected.length : expected.equals(bytes);
  const { key, value, expire } = codec.decode(expected);
  if (!right || key !== message.key || !Buffer.from(value).equals(message.value) || expire !== 1000) {
    throw new Error(`${name} encodes or decodes something else`);
  }
});

let kept: unknown;
const slice =
  direction === 'encode'
    ? (): void => {
        for (let index = 0; index < SLICE; index++) kept = codec.encode(messages[index % MESSAGES] as SetMessage);
      }
    : (): void => {
        for (let index = 0; index < SLICE; index++) kept = codec.decode(encoded[index % MESSAGES] as Buffer);
      };
repeat(WARMUP_MS);
process.stdout.write(`${JSON.stringify({ value: repeat(Number(seconds) * 1000), kept: kept === undefined })}\n`);

/** @returns how many in a second of processor time, which a busy machine does not stretch */
function repeat(ms: number): number {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let count = 0;
  for (; performance.now() - startedAt < ms; count += SLICE) slice();
  const { user, system } = process.cpuUsage(before);
  return (count / (user + system)) * 1e6;
}

async function load(codecName: string): Promise<Codec> {
  switch (codecName) {
    case 'polywire': {
      const reader = new ByteReader(new Uint8Array(0));
      return { encode: (message) => encode(SetCodec, message), decode: decodeWith(reader) };
    }
    case 'polywire-in-place': {
      const writer = new ByteWriter(1024);
      const reader = new ByteReader(new Uint8Array(0));
      return {
        encode: (message) => {
          writer.reset();
          SetCodec.write(message, writer);
          return writer.pos;
        },
        decode: decodeWith(reader),
      };
    }
    case 'ts-proto': {
      const { Set: generated } = (await import(path)) as TsProto;
      return {
        encode: (message) => generated.encode(message).finish(),
        decode: (bytes) => generated.decode(bytes),
      };
    }
    case 'protobuf-es': {
      const set = fromBinary(FileDescriptorSetSchema, base64Decode(fileDescriptorSetBase64));
      const schema = createFileRegistry(set).getMessage('legacy.kv.v1.Set');
      if (schema === undefined) throw new Error('legacy.kv.v1.Set is not in the schema');
      return {
        encode: (message) => toBinary(schema, { $typeName: 'legacy.kv.v1.Set', ...message } as never),
        decode: (bytes) => fromBinary(schema, bytes) as unknown as SetMessage,
      };
    }
    case 'protobufjs': {
      const { default: protobufjs } = (await import(path)) as { default: ProtobufJs };
      const type = protobufjs.parse(PROTO).root.lookupType('Set');
      return {
        encode: (message) => type.encode(message).finish(),
        decode: (bytes) => type.decode(bytes) as SetMessage,
      };
    }
    case 'hand':
      return { encode: writeSet, decode: readSet };
    default:
      throw new Error(`no codec is called ${codecName}`);
  }
}

function decodeWith(reader: ByteReader): Codec['decode'] {
  return (bytes) => {
    reader.reset(bytes);
    return SetCodec.read(reader);
  };
}
