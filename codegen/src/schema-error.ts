import type { AnyDesc } from './emit-context.js';

/** A schema breaks a rule of the generator. The message is `file:line:column: text`. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  /** The error's name in polywire.errors.v1.ErrorCode. */
  readonly code = 'SCHEMA_INVALID';

  /**
   * @param file path within the schema
   * @param line counts from 1; 0 when the descriptor has no source info
   * @param column counts from 1; 0 when the descriptor has no source info
   */
  constructor(
    readonly file: string,
    readonly line: number,
    readonly column: number,
    readonly text: string,
  ) {
    super(line > 0 ? `${file}:${line}:${column}: ${text}` : `${file}: ${text}`);
  }
}

/** A SchemaError at the place where `desc` is declared. */
export function schemaError(desc: AnyDesc, text: string): SchemaError {
  const file = desc.kind === 'file' ? desc : fileOf(desc);
  const path = pathOf(desc);
  const location = file.proto.sourceCodeInfo?.location.find(
    (candidate) => candidate.path.length === path.length && candidate.path.every((part, index) => part === path[index]),
  );
  const [line, column] = location?.span ?? [-1, -1];
  return new SchemaError(file.proto.name, (line ?? -1) + 1, (column ?? -1) + 1, text);
}

function fileOf(desc: Exclude<AnyDesc, { kind: 'file' }>) {
  switch (desc.kind) {
    case 'field':
    case 'oneof':
    case 'rpc':
    case 'enum_value':
      return desc.parent.file;
    default:
      return desc.file;
  }
}

// Field numbers of descriptor.proto: the path of a location is made of them and of indexes.
function pathOf(desc: AnyDesc): number[] {
  switch (desc.kind) {
    case 'file':
      return [12];
    case 'message':
      return desc.parent === undefined
        ? [4, desc.file.proto.messageType.indexOf(desc.proto)]
        : [...pathOf(desc.parent), 3, desc.parent.proto.nestedType.indexOf(desc.proto)];
    case 'enum':
      return desc.parent === undefined
        ? [5, desc.file.proto.enumType.indexOf(desc.proto)]
        : [...pathOf(desc.parent), 4, desc.parent.proto.enumType.indexOf(desc.proto)];
    case 'extension':
      return desc.parent === undefined
        ? [7, desc.file.proto.extension.indexOf(desc.proto)]
        : [...pathOf(desc.parent), 6, desc.parent.proto.extension.indexOf(desc.proto)];
    case 'service':
      return [6, desc.file.proto.service.indexOf(desc.proto)];
    case 'field':
      return [...pathOf(desc.parent), 2, desc.parent.proto.field.indexOf(desc.proto)];
    case 'oneof':
      return [...pathOf(desc.parent), 8, desc.parent.proto.oneofDecl.indexOf(desc.proto)];
    case 'enum_value':
      return [...pathOf(desc.parent), 2, desc.parent.proto.value.indexOf(desc.proto)];
    case 'rpc':
      return [...pathOf(desc.parent), 2, desc.parent.proto.method.indexOf(desc.proto)];
  }
}
