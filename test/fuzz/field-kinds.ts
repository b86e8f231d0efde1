import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { FieldOptions_JSType } from '@bufbuild/protobuf/wkt';

/** How the values of a scalar type travel. */
export type WireType = 0 | 1 | 2 | 5;

export function wireTypeOf(scalar: ScalarType): WireType {
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return 2;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return 1;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return 5;
    default:
      return 0;
  }
}

/** The scalar that a field's values travel as; undefined for messages. */
export function scalarOf(field: DescField): ScalarType | undefined {
  return field.enum === undefined ? field.scalar : ScalarType.INT32;
}

/** A 64-bit field whose values are JavaScript numbers. */
export function isNumberField(field: DescField): boolean {
  return field.fieldKind !== 'map' && field.proto.options?.jstype === FieldOptions_JSType.JS_NUMBER;
}

const fieldsByNumber = new WeakMap<DescMessage, Map<number, DescField>>();

export function fieldWithNumber(desc: DescMessage, number: number): DescField | undefined {
  let known = fieldsByNumber.get(desc);
  if (known === undefined) {
    known = new Map(desc.fields.map((field) => [field.number, field]));
    fieldsByNumber.set(desc, known);
  }
  return known.get(number);
}
