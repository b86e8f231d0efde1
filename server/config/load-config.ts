import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { checkConfig } from './check-config.js';
import { completeConfig } from './complete-config.js';
import { listenTable, tableKeys, toJsonName } from './config-keys.js';
import type { ConfigSource } from './config-source.js';
import { mainListener, readMainPort, withMainPort } from './main-port.js';
import { type Environment, readEnvironment } from './read-environment.js';
import { type ConfigFlags, readFlags } from './read-flags.js';
import { readToml } from './read-toml.js';
import type { ConfigInput, ServerConfig } from './server-config.js';
import type { KeyPath } from './toml-locate.js';
import { validateSource } from './validate-config.js';

/** Read from the working directory when neither --config nor POLYWIRE_CONFIG names another file. */
export const defaultConfigFile = 'polywire.toml';

export interface LoadConfigOptions {
  readonly flags?: ConfigFlags | undefined;
  /** Default: `process.env`. */
  readonly environment?: Environment | undefined;
  /** Where relative paths of configuration files begin. Default: the working directory. */
  readonly directory?: string | undefined;
}

export interface LoadedConfig {
  readonly config: ServerConfig;
  /** The file that was read, as it was named; undefined: none. */
  readonly file: string | undefined;
  /** Where a key was said, such as `polywire.toml:12`; undefined: nowhere, the value is the default. */
  originOf(path: KeyPath): string | undefined;
}

/**
 * Puts the configuration together: a flag beats the environment, which beats the file, which
 * beats the defaults. Every source has to be valid, also where another one beats it.
 *
 * @throws PolywireError CONFIG_INVALID; its message has one line for each fault, and no secrets
 */
export function loadConfig(options: LoadConfigOptions = {}): LoadedConfig {
  const environment = options.environment ?? process.env;
  const flags = options.flags ?? {};
  const file = readConfigFile(flags, environment, options.directory ?? '.');
  const sources = [readFlags(flags), readEnvironment(environment), ...(file === undefined ? [] : [file.source])];

  const validated = sources.map((source) => ({ source, ...validateSource(source) }));
  const mainPort = readMainPort(environment);
  refuse([
    ...validated.flatMap(({ problems }) => problems.map((problem) => problem.text)),
    ...(mainPort.problem === undefined ? [] : [mainPort.problem]),
  ]);

  const given = completeConfig(merge(validated.map(({ values }) => values)));
  const config = { ...given, listen: withMainPort(given.listen, mainPort.port) };
  const isMainPort = ([table, place, key]: KeyPath): boolean =>
    mainPort.port !== undefined && table === listenTable && key === 'port' && place === mainListener(config.listen);
  const originOf = (path: KeyPath) =>
    isMainPort(path) ? mainPort.origin : sources.find((source) => says(source, path))?.origin(path);
  refuse(checkConfig(config, originOf));
  return { config, file: file?.name, originOf };
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new PolywireError(ErrorCode.CONFIG_INVALID, problems.join('\n'));
}

/** Earlier sources win, key by key; the list of listeners is one value. */
function merge(sources: readonly Readonly<Record<string, unknown>>[]): ConfigInput {
  const merged: Record<string, unknown> = {};
  const tableNames = [...tableKeys.keys()].map(toJsonName);
  for (const values of sources.toReversed()) {
    for (const table of tableNames) merged[table] = mergeTables(merged[table] ?? {}, values[table] ?? {});
    if (values[listenTable] !== undefined) merged[listenTable] = values[listenTable];
  }
  // Every part has passed the schema's validator.
  return merged as ConfigInput;
}

function mergeTables(beaten: object, given: object): object {
  const merged: Record<string, unknown> = { ...beaten };
  for (const [name, value] of Object.entries(given)) {
    const below = merged[name];
    merged[name] = isTable(value) && isTable(below) ? mergeTables(below, value) : value;
  }
  return merged;
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True when a source says a key; anything in a list counts as said where the list is. */
function says(source: ConfigSource, path: KeyPath): boolean {
  if (path[0] === listenTable) return source.values[listenTable] !== undefined;
  let value: unknown = source.values;
  for (const part of path) {
    if (Array.isArray(value)) return true;
    if (!isTable(value) || !Object.hasOwn(value, String(part))) return false;
    value = (value as Record<string, unknown>)[String(part)];
  }
  return value !== undefined;
}

function readConfigFile(
  flags: ConfigFlags,
  environment: Environment,
  directory: string,
): { readonly name: string; readonly source: ConfigSource } | undefined {
  const inEnvironment = environment.POLYWIRE_CONFIG === '' ? undefined : environment.POLYWIRE_CONFIG;
  const named = flags.config ?? inEnvironment;
  const origin = flags.config === undefined ? 'environment POLYWIRE_CONFIG' : 'flag --config';
  const name = named ?? defaultConfigFile;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(resolve(directory, name));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (named === undefined && code === 'ENOENT') return undefined;
    const place = named === undefined ? '' : `${origin}: `;
    const fault = code === 'ENOENT' ? `there is no file ${name}` : `cannot read ${name} (${code})`;
    throw new PolywireError(ErrorCode.CONFIG_INVALID, place + fault, { cause: error });
  }
  return { name, source: readToml(name, decodeText(name, bytes)) };
}

function decodeText(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PolywireError(ErrorCode.CONFIG_INVALID, `${name}: not TOML: the file is not UTF-8 text`, { cause });
  }
}
