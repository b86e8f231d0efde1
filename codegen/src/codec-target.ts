import type { DescEnum, DescField, DescMessage, DescOneof } from '@bufbuild/protobuf';
import { scalarCodec, valueCodec } from './codec-scalar.js';
import type { EmitContext } from './emit-context.js';
import { moduleImport, typeName } from './names.js';
import type { TypeScriptFile } from './typescript-file.js';

// ts-proto types these as what they wrap; the runtime has their codecs.
const UNWRAPPED: Readonly<Record<string, string>> = {
  'google.protobuf.Struct': '{ [key: string]: any }',
  'google.protobuf.Value': 'any',
  'google.protobuf.ListValue': 'any[]',
  'google.protobuf.FieldMask': 'string[]',
  'google.protobuf.DoubleValue': 'number',
  'google.protobuf.FloatValue': 'number',
  'google.protobuf.Int64Value': 'bigint',
  'google.protobuf.UInt64Value': 'bigint',
  'google.protobuf.Int32Value': 'number',
  'google.protobuf.UInt32Value': 'number',
  'google.protobuf.BoolValue': 'boolean',
  'google.protobuf.StringValue': 'string',
  'google.protobuf.BytesValue': 'Uint8Array',
};

/** True for a message whose codec is in the runtime: none is emitted for it. */
export function isUnwrapped(message: DescMessage): boolean {
  return message.typeName in UNWRAPPED;
}

/** Names of types and codecs in one module in the making; asking for one imports it. */
export class CodecTarget {
  readonly file: TypeScriptFile;
  readonly #context: EmitContext;
  readonly #folder: string;

  /** @param folder where codecs are imported from */
  constructor(context: EmitContext, file: TypeScriptFile, folder: 'codecs' | 'tables' = 'codecs') {
    this.#context = context;
    this.file = file;
    this.#folder = folder;
  }

  get rules(): EmitContext['rules'] {
    return this.#context.rules;
  }

  /** A name of the wire runtime. */
  runtime(name: string, typeOnly = false): string {
    return this.file.import(name, this.#context.options.runtimeImport, typeOnly);
  }

  /** The interface of a message, or the type of an enum. */
  type(desc: DescMessage | DescEnum): string {
    if (desc.kind === 'message' && isUnwrapped(desc)) return UNWRAPPED[desc.typeName] as string;
    return this.file.import(typeName(desc), moduleImport('messages', desc.file), true);
  }

  /** What a caller may pass for a message. */
  init(desc: DescMessage): string {
    if (isUnwrapped(desc)) return UNWRAPPED[desc.typeName] as string;
    return this.#own(desc, `${typeName(desc)}Init`, true, 'codecs');
  }

  codec(desc: DescMessage): string {
    if (isUnwrapped(desc)) return this.runtime(`${desc.name}Codec`);
    return this.#own(desc, `${typeName(desc)}Codec`, false);
  }

  /** The direction of a codec that writes. */
  writer(desc: DescMessage): string {
    return isUnwrapped(desc) ? this.codec(desc) : this.#own(desc, `${typeName(desc)}Writer`, false);
  }

  /** The direction of a codec that reads. */
  reader(desc: DescMessage): string {
    return isUnwrapped(desc) ? this.codec(desc) : this.#own(desc, `${typeName(desc)}Reader`, false);
  }

  #own(desc: DescMessage, name: string, typeOnly: boolean, folder = this.#folder): string {
    const from = moduleImport(folder, desc.file);
    return from === `./${this.file.path.replace(/\.ts$/, '.js')}` ? name : this.file.import(name, from, typeOnly);
  }

  /** What a caller may pass for a field or a oneof. */
  initOf(member: DescField | DescOneof): string {
    if (member.kind === 'oneof') {
      throw new Error('a oneof is typed by its fields');
    }
    switch (member.fieldKind) {
      case 'map':
        return `ReadonlyMap<${this.#mapKey(member)}, ${this.#initValue(member)}>`;
      case 'list':
        return `readonly ${arrayItem(this.#initValue(member))}[]`;
      default:
        return this.#initValue(member);
    }
  }

  #mapKey(field: DescField & { fieldKind: 'map' }): string {
    return scalarCodec(field.mapKey).type;
  }

  #initValue(field: DescField): string {
    if (field.message !== undefined) return this.init(field.message);
    if (field.enum !== undefined) return this.type(field.enum);
    return valueCodec(field).type;
  }
}

function arrayItem(type: string): string {
  return /[|{]/.test(type) ? `(${type})` : type;
}
