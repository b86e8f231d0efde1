import { CmdRequestCodec, type Get, type Set as SetCommand } from '@polywire/protocol/legacy.kv.v1';
import {
  ByteReader,
  EMPTY_BYTES,
  enterPart,
  leavePart,
  readBytes,
  readString,
  readTag,
  readUint32,
  skipField,
  WireError,
} from '@polywire/protocol/wire';
import type { Command } from './map.js';

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

const GET_TAG = (1 << 3) | LENGTH_DELIMITED;
const SET_TAG = (2 << 3) | LENGTH_DELIMITED;
const KEY_TAG = (1 << 3) | LENGTH_DELIMITED;
const VALUE_TAG = (2 << 3) | LENGTH_DELIMITED;
const EXPIRE_TAG = (3 << 3) | VARINT;
const LAST_SET_FIELD = 3;

// Decoding never calls out, so one reader serves every connection.
const reader = new ByteReader(EMPTY_BYTES);

/**
 * The command of the request in a frame: `bytes` from `start` to `end`. Its value is a view of them.
 * Undefined: the request has none.
 * @throws WireError when it is not a request
 */
export function readCommand(bytes: Uint8Array, start: number, end: number): Command | undefined {
  reader.reset(bytes, start, end);
  const first = bytes[start];
  if (start < end && (first === GET_TAG || first === SET_TAG)) {
    reader.pos++;
    const outer = enterPart(reader);
    // Nearly every request is one get or set and nothing else: it is read in one go.
    if (reader.end === outer) return first === GET_TAG ? readGet() : readSet();
    reader.reset(bytes, start, end);
  }
  checkWireTypes();
  reader.reset(bytes, start, end);
  return CmdRequestCodec.read(reader).reqData;
}

function readGet(): Command {
  const value: Get = { key: '' };
  while (reader.pos < reader.end) {
    const tag = readTag(reader);
    if (tag === KEY_TAG) value.key = readString(reader);
    else skipUnknown(tag, 1);
  }
  return { $case: 'get', value };
}

function readSet(): Command {
  const value: SetCommand = { key: '', value: EMPTY_BYTES, expire: 0 };
  while (reader.pos < reader.end) {
    const tag = readTag(reader);
    if (tag === KEY_TAG) value.key = readString(reader);
    else if (tag === VALUE_TAG) value.value = readBytes(reader);
    else if (tag === EXPIRE_TAG) value.expire = readUint32(reader);
    else skipUnknown(tag, LAST_SET_FIELD);
  }
  return { $case: 'set', value };
}

function skipUnknown(tag: number, lastField: number): void {
  if (tag >>> 3 <= lastField) throw wrongType(tag, 'the command');
  skipField(reader, tag);
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
