import type { AnyDesc } from './emit-context.js';
import { fileOf, locationOf } from './source-location.js';

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
  // A file without a syntax line is wrong from its start.
  const [line = -1, column = -1] = locationOf(desc)?.span ?? (desc.kind === 'file' ? [0, 0] : []);
  return new SchemaError(fileOf(desc).proto.name, line + 1, column + 1, text);
}
