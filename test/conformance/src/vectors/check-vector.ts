import {
  type DescMessage,
  fromJsonString,
  type JsonValue,
  type Message,
  toJson,
  toJsonString,
} from '@bufbuild/protobuf';
import type { Vector } from '@polywire/protocol/polywire.conformance.v1';
import { errorName, messageDesc, registry } from '../schema/registry.js';
import { hexBytes } from '../suite/template.js';
import type { CodecAnswer, VectorCodec } from './codec.js';

/** What came of a vector. `skip`: the codec does not know its form. */
export interface VectorOutcome {
  readonly failure: string | undefined;
  readonly skip?: string;
}

const MAX_SHOWN = 200;

/** Decodes the bytes, compares, and for a canonical vector encodes the message and compares again. */
export async function checkVector(codec: VectorCodec, vector: Vector): Promise<VectorOutcome> {
  const { type, form, hex } = vector;
  const decoded = await codec.decode(type, form, hexBytes(hex));
  if (decoded.kind === 'unsupported') return { failure: undefined, skip: decoded.text };
  if (vector.error !== 0) return { failure: checkRefused(vector, decoded) };
  const failure = checkDecoded(vector, decoded);
  if (failure !== undefined || !vector.canonical) return { failure };
  const encoded = await codec.encode(type, form, vector.json);
  if (encoded.kind === 'encoded' && Buffer.from(encoded.bytes).toString('hex') === hex) return { failure: undefined };
  return { failure: `encoding ${cut(vector.json)} must give ${cut(hex)}, got ${show(encoded)}` };
}

function checkRefused(vector: Vector, answer: CodecAnswer): string | undefined {
  const wanted = errorName(vector.error);
  if (answer.kind === 'refused' && answer.code === wanted) return undefined;
  return `${cut(vector.hex)} must be refused with ${wanted}, got ${show(answer, messageDesc(vector.type))}`;
}

function checkDecoded(vector: Vector, answer: CodecAnswer): string | undefined {
  const desc = messageDesc(vector.type);
  const expected = fromJsonString(desc, vector.json, { registry });
  if (answer.kind === 'decoded' && canonicalJson(desc, answer.message) === canonicalJson(desc, expected))
    return undefined;
  return `${cut(vector.hex)} must decode to ${cut(vector.json)}, got ${show(answer, desc)}`;
}

/** Text that is the same for equal messages: NaN equals itself, -0 is not 0, the order of map keys is free. */
function canonicalJson(desc: DescMessage, message: Message): string {
  return JSON.stringify(sorted(toJson(desc, message, { registry })));
}

function sorted(value: JsonValue): JsonValue {
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // An array of pairs, because an object would reorder keys that look like numbers.
  return entries.map(([name, each]) => [name, sorted(each)]);
}

function show(answer: CodecAnswer, desc?: DescMessage): string {
  switch (answer.kind) {
    case 'decoded':
      return desc === undefined ? 'a message' : cut(toJsonString(desc, answer.message, { registry }));
    case 'encoded':
      return cut(Buffer.from(answer.bytes).toString('hex')) || 'no bytes';
    case 'refused':
      return `the error ${answer.code}`;
    case 'unsupported':
      return answer.text;
  }
}

function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
