import { type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { propertyName } from '../../codegen/src/names.js';
import { isNumberField } from './field-kinds.js';
import { PLAIN } from './targets.js';

type Plain = Record<string, unknown>;
type OracleOneof = { readonly case: string | undefined; readonly value?: unknown };

/** Where a message that we decoded differs from what the oracle has; undefined: nowhere. */
export function difference(desc: DescMessage, ours: unknown, theirs: Message, path = desc.name): string | undefined {
  if (desc.file.proto.package === PLAIN && isUnwrapped(desc)) return unwrappedDifference(desc, ours, theirs, path);
  if (typeof ours !== 'object' || ours === null) return `${path}: ${String(ours)} is not a message`;
  const message = ours as Plain;
  const names = desc.members.map((member) => propertyName(member)).sort();
  const found = Object.keys(message).sort();
  if (names.join() !== found.join()) return `${path}: has ${found.join()} instead of ${names.join()}`;
  for (const member of desc.members) {
    const name = propertyName(member);
    const value = message[name];
    const other = (theirs as unknown as Plain)[member.localName];
    const at = `${path}.${name}`;
    const wrong =
      member.kind === 'field'
        ? fieldDifference(member, value, other, at)
        : oneofDifference(member.fields, value, other as OracleOneof, at);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function fieldDifference(field: DescField, ours: unknown, theirs: unknown, path: string): string | undefined {
  switch (field.fieldKind) {
    case 'list': {
      if (!Array.isArray(ours)) return `${path}: ${show(ours)} is no list`;
      const [a, b] = [ours, theirs as unknown[]];
      if (a.length !== b.length) return `${path}: ${a.length} items instead of ${b.length}`;
      return first(a, (item, index) => valueDifference(field, item, b[index], `${path}[${index}]`));
    }
    case 'map': {
      if (!(ours instanceof Map)) return `${path}: ${show(ours)} is no Map`;
      const [a, b] = [ours, theirs as Plain];
      const keys = Object.keys(b);
      if (a.size !== keys.length) return `${path}: ${a.size} entries instead of ${keys.length}`;
      return first([...a], ([key, value]) =>
        Object.hasOwn(b, String(key)) && typeof key === keyType(field.mapKey)
          ? valueDifference(field, value, b[String(key)], `${path}[${String(key)}]`)
          : `${path}: the key ${String(key)} is not there or of another type`,
      );
    }
    default:
      if (ours === undefined || theirs === undefined) {
        return ours === theirs ? undefined : `${path}: ${String(ours)} instead of ${String(theirs)}`;
      }
      return valueDifference(field, ours, theirs, path);
  }
}

function oneofDifference(
  fields: readonly DescField[],
  ours: unknown,
  theirs: OracleOneof,
  path: string,
): string | undefined {
  if (ours === undefined || theirs.case === undefined) {
    return ours === theirs.case ? undefined : `${path}: ${JSON.stringify(ours)} instead of ${theirs.case}`;
  }
  const { $case, value } = ours as { $case: string; value: unknown };
  const field = fields.find((candidate) => candidate.localName === theirs.case);
  if (field === undefined || propertyName(field) !== $case) return `${path}: ${$case} instead of ${theirs.case}`;
  return valueDifference(field, value, theirs.value, `${path}.${$case}`);
}

function valueDifference(field: DescField, ours: unknown, theirs: unknown, path: string): string | undefined {
  if (field.message !== undefined) return difference(field.message, ours, theirs as Message, path);
  const expected = isNumberField(field) ? Number(theirs) : theirs;
  return scalarDifference(ours, expected, path);
}

function scalarDifference(ours: unknown, theirs: unknown, path: string): string | undefined {
  const isSame =
    ours instanceof Uint8Array && theirs instanceof Uint8Array
      ? Buffer.compare(ours, theirs) === 0
      : Object.is(ours, theirs);
  return isSame ? undefined : `${path}: ${show(ours)} instead of ${show(theirs)}`;
}

/** Messages that our codecs give as what they wrap. */
function isUnwrapped(desc: DescMessage): boolean {
  return /^(?:Struct|\w*Value|FieldMask)$/.test(desc.name);
}

function unwrappedDifference(desc: DescMessage, ours: unknown, theirs: Message, path: string): string | undefined {
  const other = theirs as unknown as Plain;
  switch (desc.name) {
    case 'Struct': {
      const fields = desc.field.fields as DescField & { fieldKind: 'map' };
      if (typeof ours !== 'object' || ours === null) return `${path}: ${show(ours)} is no object`;
      return fieldDifference(fields, new Map(Object.entries(ours)), other.fields, path);
    }
    case 'ListValue':
      return fieldDifference(desc.field.values as DescField, ours, other.values, path);
    case 'FieldMask':
      return fieldDifference(desc.field.paths as DescField, ours, other.paths, path);
    case 'Value': {
      const { case: name, value } = other.kind as OracleOneof;
      // A Value without a kind is null for us: JavaScript has no other word for it.
      if (name === undefined || name === 'nullValue') return scalarDifference(ours, null, path);
      const field = desc.fields.find((candidate) => candidate.localName === name) as DescField;
      return valueDifference(field, ours, value, path);
    }
    default:
      return scalarDifference(ours, other.value, path);
  }
}

function keyType(scalar: ScalarType): string {
  switch (scalar) {
    case ScalarType.STRING:
      return 'string';
    case ScalarType.BOOL:
      return 'boolean';
    case ScalarType.INT32:
    case ScalarType.UINT32:
    case ScalarType.SINT32:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return 'number';
    default:
      return 'bigint';
  }
}

function first<T>(items: readonly T[], check: (item: T, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const wrong = check(item, index);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Object.is(value, -0)) return '-0';
  return `${typeof value} ${String(value)}`;
}
