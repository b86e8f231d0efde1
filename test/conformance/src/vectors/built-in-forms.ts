import { decode, encode, type MessageCodec, WireError } from '@polywire/protocol/wire';
import type { Plain } from '../schema/plain.js';
import { messageDesc } from '../schema/registry.js';

/** One wire form of one message type, as this project's generated code has it. */
export interface BuiltInForm {
  /** @throws WireError */
  decode(bytes: Uint8Array): Plain;
  /** @throws WireError */
  encode(plain: Plain): Uint8Array;
}

type Module = Readonly<Record<string, unknown>>;

interface TextForm {
  parse(text: string): Plain | undefined;
  format(plain: Plain): string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Finds a form by the naming rules of the generated code; undefined when there is none. */
export async function builtInForm(type: string, form: string): Promise<BuiltInForm | undefined> {
  const packageName = messageDesc(type).file.proto.package;
  const module = (await import(`@polywire/protocol/${packageName}`)) as Module;
  const name = type.slice(packageName.length + 1).replaceAll('.', '_');
  switch (form) {
    case 'protobuf':
      return protobufForm(module[`${name}Codec`] as MessageCodec<unknown> | undefined);
    case 'layout':
      return layoutForm(module, name);
    case 'text':
      return textForm(module[`${name}Text`] as TextForm | undefined);
    case 'envelope':
      return textForm(module[`${name}Json`] as TextForm | undefined);
    default:
      return undefined;
  }
}

function protobufForm(codec: MessageCodec<unknown> | undefined): BuiltInForm | undefined {
  if (codec === undefined) return undefined;
  return { decode: (bytes) => decode(codec, bytes) as Plain, encode: (plain) => encode(codec, plain) };
}

function layoutForm(module: Module, name: string): BuiltInForm | undefined {
  const upper = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();
  const size = module[`${upper}_BYTES`] as number | undefined;
  const read = module[`read${name}`] as ((bytes: Uint8Array, offset: number) => Plain) | undefined;
  const write = module[`write${name}`] as ((plain: Plain, view: DataView, offset: number) => void) | undefined;
  if (size === undefined || read === undefined || write === undefined) return undefined;
  return {
    decode(bytes) {
      // A layout is read where its bytes are known to be: the reader's caller counts them.
      if (bytes.length < size) throw new WireError('malformed', `${bytes.length} bytes; ${name} takes ${size}`);
      return read(bytes, 0);
    },
    encode(plain) {
      const bytes = new Uint8Array(size);
      write(plain, viewOf(bytes), 0);
      return bytes;
    },
  };
}

function textForm(form: TextForm | undefined): BuiltInForm | undefined {
  if (form === undefined) return undefined;
  return {
    decode(bytes) {
      const plain = form.parse(readText(bytes));
      if (plain === undefined) throw new WireError('malformed', 'the text does not follow the grammar');
      return plain;
    },
    encode: (plain) => Buffer.from(form.format(plain)),
  };
}

function readText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new WireError('invalid-utf8', 'the text is not UTF-8');
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
