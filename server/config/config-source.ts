import type { KeyPath } from './toml-locate.js';

/** What is wrong at one place. */
export interface Problem {
  /** Place and fault in one line, such as `polywire.toml:3: listen[0].port must be at most 65535; it is 70000`. */
  readonly text: string;
  /** Line in the file, where there is one: problems are reported in its order. */
  readonly line?: number | undefined;
}

/** One place where configuration was said, as it was said. */
export interface ConfigSource {
  readonly kind: 'file' | 'environment' | 'flag';
  /** Tables and keys by their TOML names. Not validated. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What could not be read as a value. */
  readonly problems: readonly Problem[];
  /** Where a key was said: `polywire.toml:12`, `environment POLYWIRE_LOG_LEVEL`, `flag --store`. */
  origin(path: KeyPath): string;
  /** Line of a key in the file; undefined for the other kinds. */
  lineOf(path: KeyPath): number | undefined;
}

/** A problem with the value of a key: `<origin>: <key> <fault>`. */
export function problemAt(source: ConfigSource, path: KeyPath, text: string): Problem {
  return { text: `${source.origin(path)}: ${text}`, line: source.lineOf(path) };
}
