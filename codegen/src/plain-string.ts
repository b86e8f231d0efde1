import { type DescField, ScalarType } from '@bufbuild/protobuf';

/** True for a string that is always there: not repeated, not optional, in no oneof. */
export function isPlainString(field: DescField): boolean {
  const { fieldKind, scalar, oneof, proto } = field;
  return fieldKind === 'scalar' && scalar === ScalarType.STRING && oneof === undefined && !proto.proto3Optional;
}
