import { type CmdRequest, CmdRequestCodec } from '@polywire/protocol/legacy.kv.v1';
import { ByteReader, EMPTY_BYTES, enterPart, leavePart, readTag, skipField, WireError } from '@polywire/protocol/wire';

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Wire types of the fields of each command, by field number of the command and of its field. */
const wireTypes: readonly (readonly (number | undefined)[] | undefined)[] = [
  undefined,
  [undefined, LENGTH_DELIMITED],
  [undefined, LENGTH_DELIMITED, LENGTH_DELIMITED, VARINT],
  [undefined, LENGTH_DELIMITED, LENGTH_DELIMITED],
  [undefined, LENGTH_DELIMITED],
  [undefined, LENGTH_DELIMITED, VARINT],
];

// Decoding never calls out, so one reader serves every connection.
const reader = new ByteReader(EMPTY_BYTES);

/**
 * The request in a frame: `bytes` from `start` to `end`. Its value is a view of them.
 * @throws WireError when it is not a request
 */
export function readRequest(bytes: Uint8Array, start: number, end: number): CmdRequest {
  reader.reset(bytes, start, end);
  checkWireTypes();
  reader.reset(bytes, start, end);
  return CmdRequestCodec.read(reader);
}

/**
 * Refuses a known field with another field's wire type, as the KV server does. Protobuf may pass
 * over it as unknown: a set with a broken key would then write the empty key.
 */
function checkWireTypes(): void {
  while (reader.pos < reader.end) {
    const tag = readTag(reader);
    const fields = wireTypes[tag >>> 3];
    if (fields === undefined) {
      skipField(reader, tag);
      continue;
    }
    if ((tag & 7) !== LENGTH_DELIMITED) throw wrongType(tag, 'CmdRequest');
    const outer = enterPart(reader);
    while (reader.pos < reader.end) {
      const inner = readTag(reader);
      const wanted = fields[inner >>> 3];
      if (wanted !== undefined && wanted !== (inner & 7)) throw wrongType(inner, 'the command');
      skipField(reader, inner);
    }
    leavePart(reader, outer);
  }
}

function wrongType(tag: number, where: string): WireError {
  return new WireError('malformed', `malformed message: field ${tag >>> 3} of ${where} has wire type ${tag & 7}`);
}
