import { type DescField, type DescMessage, type JsonObject, ScalarType } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import type { VectorList } from './vector.js';
import type { VectorOracle } from './vector-oracle.js';
import { typicalMessage } from './vector-samples.js';
import { type Bytes, delimited, freeNumber, tag, wireTypeOf } from './wire-parts.js';

/** Beyond every decoder's limit, which is 64 or 100 levels. */
const BOMB_DEPTH = 200;

const badUtf8: readonly (readonly [label: string, bytes: Bytes])[] = [
  ['lone-byte', [0x61, 0xff]],
  ['overlong', [0xc0, 0x80]],
  ['surrogate', [0xed, 0xa0, 0x80]],
  ['cut-off', [0xe2, 0x82]],
  ['beyond-unicode', [0xf4, 0x90, 0x80, 0x80]],
];

/** What no decoder may take. */
export function addRejected(list: VectorList, oracle: VectorOracle): void {
  const full = typicalMessage(oracle.desc) as JsonObject;
  const bytes = oracle.encode(full);
  addTruncated(list, oracle, full);
  list.rejected('zero-tag', [0, 0]);
  list.rejected('zero-tag-at-the-end', [...bytes, 0]);
  const free = freeNumber(oracle.desc);
  list.rejected('end-group-without-start', [...bytes, ...tag(free, WireType.EndGroup)]);
  list.rejected('group-without-end', [...bytes, ...tag(free, WireType.StartGroup), ...tag(1, 0), 1]);
  list.rejected('group-with-wrong-end', [...tag(free, WireType.StartGroup), ...tag(free + 1, WireType.EndGroup)]);
  list.rejected('wire-type-6', [...tag(free, 6), 0]);
  list.rejected('wire-type-7', [...tag(free, 7), 0]);
  list.rejected('unknown-varint-of-11-bytes', [...tag(free, 0), ...overlong]);
  list.rejected('unknown-length-of-4-GiB', [...tag(free, 2), 0xff, 0xff, 0xff, 0xff, 0x0f]);
  const groups = (wireType: number): Bytes => new Array(BOMB_DEPTH).fill(tag(free, wireType)).flat();
  list.rejected('unknown-groups-too-deep', [...groups(WireType.StartGroup), ...groups(WireType.EndGroup)]);
  for (const field of oracle.desc.fields) addFieldRejects(list, field);
}

const overlong: Bytes = [...new Array(10).fill(0x80), 0x01];

/** Every cut that is not between two fields. */
function addTruncated(list: VectorList, oracle: VectorOracle, full: JsonObject): void {
  const bytes = oracle.encode(full);
  const ends = new Set([0]);
  let end = 0;
  for (const field of [...oracle.desc.fields].sort((a, b) => a.number - b.number)) {
    const value = full[field.jsonName];
    if (value === undefined) continue;
    end += oracle.encodeField(field.jsonName, value).length;
    ends.add(end);
  }
  for (let length = 1; length < bytes.length; length++) {
    if (!ends.has(length)) list.rejected(`truncated-at-${length}`, bytes.slice(0, length));
  }
}

function addFieldRejects(list: VectorList, field: DescField): void {
  const reject = (label: string, bytes: Bytes): void => list.rejected(`${field.name}/${label}`, bytes);
  if (field.fieldKind === 'map') addMapRejects(list, field);
  else if (field.message) {
    // The inner field's four bytes lie after the end of the message that it is in.
    const inner = [...tag(freeNumber(field.message), 2), 4];
    reject('length-past-the-parent', [
      ...delimited(field.number, inner),
      ...delimited(freeNumber(field.parent), [0, 0]),
    ]);
    reject('zero-tag-inside', delimited(field.number, [0, 0]));
    reject('end-group-inside', delimited(field.number, tag(freeNumber(field.message), WireType.EndGroup)));
    const bomb = depthBomb(field);
    if (bomb !== undefined) reject('too-deep', bomb);
  } else if (field.scalar === ScalarType.STRING) {
    for (const [label, bytes] of badUtf8)
      list.rejected(`${field.name}/${label}`, delimited(field.number, bytes), 'ERROR_CODE_INVALID_UTF8');
  } else if (wireTypeOf(field) === WireType.Varint) {
    reject('varint-of-11-bytes', [...tag(field.number, WireType.Varint), ...overlong]);
    if (field.fieldKind === 'list')
      reject('packed-past-its-end', [...delimited(field.number, [0x80]), ...tag(freeNumber(field.parent), 0), 1]);
  } else if (wireTypeOf(field) !== WireType.LengthDelimited && field.fieldKind === 'list') {
    reject('packed-in-part', delimited(field.number, [1, 2, 3]));
  }
  if (wireTypeOf(field) === WireType.LengthDelimited) {
    reject('length-of-4-GiB', [...tag(field.number, 2), 0xff, 0xff, 0xff, 0xff, 0x0f]);
  }
}

function addMapRejects(list: VectorList, field: DescField & { fieldKind: 'map' }): void {
  list.rejected(`${field.name}/zero-tag-inside`, delimited(field.number, [0, 0]));
  list.rejected(`${field.name}/length-past-the-parent`, [
    ...delimited(field.number, [...tag(3, 2), 4]),
    ...delimited(freeNumber(field.parent), [0, 0]),
  ]);
  const bad = badUtf8[0]?.[1] ?? [];
  if (field.mapKey === ScalarType.STRING) {
    list.rejected(`${field.name}/key-not-utf8`, delimited(field.number, delimited(1, bad)), 'ERROR_CODE_INVALID_UTF8');
  }
  if (field.scalar === ScalarType.STRING) {
    list.rejected(
      `${field.name}/value-not-utf8`,
      delimited(field.number, delimited(2, bad)),
      'ERROR_CODE_INVALID_UTF8',
    );
  }
}

/** Nested far too deep; undefined when the field's type cannot hold itself. */
function depthBomb(field: DescField & { message: DescMessage }): Bytes | undefined {
  const cycle = findCycle(field.message, []);
  if (cycle === undefined) return undefined;
  let bytes: Bytes = [];
  for (let depth = 0; depth < BOMB_DEPTH; depth += cycle.length) {
    for (const step of [...cycle].reverse()) bytes = wrap(step, bytes);
  }
  return delimited(field.number, bytes);
}

/** Fields that lead from `desc` back to itself. */
function findCycle(desc: DescMessage, path: readonly DescField[]): readonly DescField[] | undefined {
  const seen = new Set([desc.typeName]);
  let paths: (readonly [DescMessage, readonly DescField[]])[] = [[desc, path]];
  while (paths.length > 0) {
    const next: typeof paths = [];
    for (const [at, steps] of paths) {
      for (const field of at.fields) {
        if (field.message === undefined || ('delimitedEncoding' in field && field.delimitedEncoding)) continue;
        if (field.message.typeName === desc.typeName) return [...steps, field];
        if (seen.has(field.message.typeName)) continue;
        seen.add(field.message.typeName);
        next.push([field.message, [...steps, field]]);
      }
    }
    paths = next;
  }
  return undefined;
}

function wrap(field: DescField, content: Bytes): Bytes {
  return delimited(field.number, field.fieldKind === 'map' ? delimited(2, content) : content);
}
