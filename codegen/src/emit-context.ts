import type {
  DescEnum,
  DescEnumValue,
  DescExtension,
  DescField,
  DescFile,
  DescMessage,
  DescMethod,
  DescOneof,
  DescService,
} from '@bufbuild/protobuf';
import type { Rules } from './rules.js';
import type { TypeScriptFile } from './typescript-file.js';

export type AnyDesc =
  | DescEnum
  | DescEnumValue
  | DescExtension
  | DescField
  | DescFile
  | DescMessage
  | DescMethod
  | DescOneof
  | DescService;

export interface EmitOptions {
  /**
   * Where generated code imports the wire runtime from: `./src/wire/index.js` (a path in the
   * output, which `TypeScriptFile.import` makes relative) or `@polywire/protocol/wire`.
   */
  readonly runtimeImport: string;
  /** The schema is Polywire's own: vectors, docs and the like are emitted as well. */
  readonly own: boolean;
}

/** What an emitter works with. Every path is relative to the output directory and uses `/`. */
export interface EmitContext {
  /** Every file of the request, sorted by name. */
  readonly allFiles: readonly DescFile[];
  readonly rules: Rules;
  readonly options: EmitOptions;
  /**
   * The files to emit code for, sorted by name: the files of the request and those that their
   * fields need (the well-known types); never the options file or descriptor.proto.
   */
  readonly files: readonly DescFile[];
  /**
   * A TypeScript file with the do-not-edit header, kept when something is printed into it.
   * `declares` are the names that it will declare; imports keep clear of them.
   */
  typescript(path: string, declares?: Iterable<string>): TypeScriptFile;
  /** A file of any other kind, as it is. The content ends with a newline. */
  emitFile(path: string, content: string): void;
  /** A SchemaError at the place of `desc` in its file. */
  error(desc: AnyDesc, text: string): Error;
}
