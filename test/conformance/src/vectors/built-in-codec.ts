import { fromJsonString } from '@bufbuild/protobuf';
import { PacketDecoder, PolywireError } from '@polywire/sdk/core';
import { fromPlain, toPlain } from '../schema/plain.js';
import { messageDesc, registry } from '../schema/registry.js';
import { builtInForm } from './built-in-forms.js';
import type { CodecAnswer, StreamOutcome, VectorCodec } from './codec.js';

// The limit that the packet-stream vectors are written for.
const MAX_PAYLOAD_BYTES = 65_536;

/** The generated codecs of this project and its packet decoder. */
export class BuiltInCodec implements VectorCodec {
  readonly name = 'the generated codecs';

  async decode(type: string, form: string, bytes: Uint8Array): Promise<CodecAnswer> {
    const codec = await builtInForm(type, form);
    if (codec === undefined) return unsupported(type, form);
    return answer(() => ({ kind: 'decoded', message: fromPlain(messageDesc(type), codec.decode(bytes)) }));
  }

  async encode(type: string, form: string, json: string): Promise<CodecAnswer> {
    const codec = await builtInForm(type, form);
    if (codec === undefined) return unsupported(type, form);
    const desc = messageDesc(type);
    const plain = toPlain(desc, fromJsonString(desc, json, { registry }));
    return answer(() => ({ kind: 'encoded', bytes: codec.encode(plain) }));
  }

  cutStream(pieces: readonly Uint8Array[]): StreamOutcome {
    const decoder = new PacketDecoder({ maxPayloadBytes: MAX_PAYLOAD_BYTES });
    const packets: Uint8Array[] = [];
    try {
      for (const piece of pieces) {
        decoder.push(piece, (packet) => packets.push(packet.bytes.slice(packet.start, packet.end)));
      }
      return { packets, error: undefined };
    } catch (error) {
      return { packets, error: PolywireError.from(error).codeName };
    }
  }

  async close(): Promise<void> {}
}

function answer(work: () => CodecAnswer): CodecAnswer {
  try {
    return work();
  } catch (error) {
    return { kind: 'refused', code: PolywireError.from(error).codeName };
  }
}

function unsupported(type: string, form: string): CodecAnswer {
  return { kind: 'unsupported', text: `there is no generated codec for the form ${form} of ${type}` };
}
