import {
  createRegistry,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonObject,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { jsonText } from './json-text.js';
import type { Bytes } from './wire-parts.js';

/**
 * Encodes and decodes by reflection, with @bufbuild/protobuf and not with our own codecs: what
 * judges them must not be made of them.
 */
export class VectorOracle {
  readonly desc: DescMessage;
  readonly #registry;

  constructor(desc: DescMessage) {
    this.desc = desc;
    this.#registry = createRegistry(desc.file);
  }

  /** The canonical encoding of a message given as proto-JSON. */
  encode(json: JsonValue): Bytes {
    const options = { registry: this.#registry };
    return [...toBinary(this.desc, fromJson(this.desc, json, options))];
  }

  /** The encoding of one field, which is empty when the value is the field's default. */
  encodeField(jsonName: string, value: JsonValue): Bytes {
    return this.encode({ [jsonName]: value } as JsonObject);
  }

  /** Proto-JSON, as text, of what the bytes mean. Throws when they mean nothing. */
  decode(bytes: Bytes): string {
    const options = { registry: this.#registry };
    return jsonText(toJson(this.desc, fromBinary(this.desc, Uint8Array.from(bytes)), options));
  }
}
