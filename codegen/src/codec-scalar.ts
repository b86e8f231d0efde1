import { type DescField, ScalarType } from '@bufbuild/protobuf';
import { FieldOptions_JSType } from '@bufbuild/protobuf/wkt';

/** How a scalar or an enum travels. */
export interface ScalarCodec {
  /** Such as `uint64` or, when it is a JavaScript number, `uint64Number`; the runtime's names are made from it. */
  readonly name: string;
  /** Function of the runtime. */
  readonly read: string;
  /** Function of the runtime. */
  readonly write: string;
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wireType: 0 | 1 | 2 | 5;
  /** The value of a missing field, as source text. */
  readonly zero: string;
  /** The TypeScript type, of scalars. */
  readonly type: string;
}

function codec(name: string, wireType: ScalarCodec['wireType'], zero: string, type: string): ScalarCodec {
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  return { name, read: `read${capital}`, write: `write${capital}`, wireType, zero, type };
}

/** Name of the runtime's constant; whoever prints it imports it. */
export const EMPTY_BYTES = 'EMPTY_BYTES';

const scalars: Readonly<Record<ScalarType, ScalarCodec>> = {
  [ScalarType.DOUBLE]: codec('double', 1, '0', 'number'),
  [ScalarType.FLOAT]: codec('float', 5, '0', 'number'),
  [ScalarType.INT64]: codec('int64', 0, '0n', 'bigint'),
  [ScalarType.UINT64]: codec('uint64', 0, '0n', 'bigint'),
  [ScalarType.INT32]: codec('int32', 0, '0', 'number'),
  [ScalarType.FIXED64]: codec('fixed64', 1, '0n', 'bigint'),
  [ScalarType.FIXED32]: codec('fixed32', 5, '0', 'number'),
  [ScalarType.BOOL]: codec('bool', 0, 'false', 'boolean'),
  [ScalarType.STRING]: codec('string', 2, "''", 'string'),
  [ScalarType.BYTES]: codec('bytes', 2, EMPTY_BYTES, 'Uint8Array'),
  [ScalarType.UINT32]: codec('uint32', 0, '0', 'number'),
  [ScalarType.SFIXED32]: codec('sfixed32', 5, '0', 'number'),
  [ScalarType.SFIXED64]: codec('sfixed64', 1, '0n', 'bigint'),
  [ScalarType.SINT32]: codec('sint32', 0, '0', 'number'),
  [ScalarType.SINT64]: codec('sint64', 0, '0n', 'bigint'),
};

const enumCodec = codec('int32', 0, '0', 'number');

/** The codec of a scalar. `numbers` asks for JavaScript numbers where the type has 64 bits. */
export function scalarCodec(scalar: ScalarType, numbers = false): ScalarCodec {
  const found = scalars[scalar];
  if (!numbers || found.type !== 'bigint') return found;
  return codec(`${found.name}Number`, found.wireType, '0', 'number');
}

/** The codec of a field's value, or of a list's items, that is a scalar or an enum. */
export function valueCodec(field: DescField): ScalarCodec {
  if (field.scalar === undefined) return enumCodec;
  return scalarCodec(field.scalar, field.proto.options?.jstype === FieldOptions_JSType.JS_NUMBER);
}

/** The tag of a field: its number and the type of what follows. */
export function tagOf(number: number, wireType: number): number {
  return ((number << 3) | wireType) >>> 0;
}
