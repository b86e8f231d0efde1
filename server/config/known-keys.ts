import { cleanText } from '../log-fields.js';
import {
  type ConfigKey,
  formatPath,
  listenKeys,
  listenTable,
  tableKeys,
  toJsonName,
  toSnakeCase,
} from './config-keys.js';
import { type ConfigSource, type Problem, problemAt } from './config-source.js';
import { suggest } from './suggest.js';
import type { KeyPath } from './toml-locate.js';

/** A source's values by JSON names, and what had no place in them. */
export interface KnownValues {
  /** Known keys only. A value of the wrong type is kept for the validator. */
  readonly values: Record<string, unknown>;
  readonly problems: readonly Problem[];
}

const maxNameBytes = 128;

/** Keys by full name without places in lists: what a misplaced key may have meant. */
const fullNames: readonly string[] = [
  ...[...tableKeys].flatMap(([table, keys]) => namesOf(table, keys)),
  ...namesOf(listenTable, listenKeys),
];

function namesOf(table: string, keys: typeof listenKeys): string[] {
  return [...keys.values()].flatMap((key) => {
    const name = `${table}.${key.name}`;
    return key.keys === undefined ? [name] : [name, ...namesOf(name, key.keys)];
  });
}

/** Separates known keys from unknown ones, and turns `max_calls` into the `maxCalls` of the schema's JSON form. */
export function takeKnownKeys(source: ConfigSource): KnownValues {
  const problems: Problem[] = [];

  const unknown = (path: KeyPath, near: string | undefined): void => {
    const name = cleanText(formatPath(path), maxNameBytes);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    problems.push(problemAt(source, path, `${name} is not a key${hint}`));
  };

  const takeTable = (path: KeyPath, table: unknown, keys: typeof listenKeys): unknown => {
    // To the validator a date would be an object, and so a table without keys.
    if (!isTable(table)) return table instanceof Date ? null : table;
    const taken: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(table)) {
      const key = keys.get(name);
      if (key === undefined) unknown([...path, name], nearKey(path, name, keys));
      else taken[key.jsonName] = takeValue([...path, name], value, key);
    }
    return taken;
  };

  const takeValue = (path: KeyPath, value: unknown, { keys }: ConfigKey): unknown => {
    if (keys === undefined) return typeof value === 'bigint' ? Number(value) : value;
    if (!Array.isArray(value)) return takeTable(path, value, keys);
    return value.map((item, i) => takeTable([...path, i], item, keys));
  };

  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(source.values)) {
    const keys = tableKeys.get(name);
    if (keys !== undefined) values[toJsonName(name)] = takeTable([name], value, keys);
    else if (name !== listenTable) unknown([name], nearTable(name));
    else if (Array.isArray(value)) values[name] = value.map((item, i) => takeTable([name, i], item, listenKeys));
    else values[name] = value;
  }
  return { values, problems };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function nearKey(path: KeyPath, name: string, keys: typeof listenKeys): string | undefined {
  const here = suggest(name, keys.keys());
  return here === undefined ? misplaced(name) : formatPath([...path, here]);
}

function nearTable(name: string): string | undefined {
  return misplaced(name) ?? suggest(name, [...tableKeys.keys(), listenTable]);
}

/** The key of this name in another table, when only one has it. */
function misplaced(name: string): string | undefined {
  const matches = fullNames.filter((full) => full === toSnakeCase(name) || full.endsWith(`.${toSnakeCase(name)}`));
  return matches.length === 1 ? matches[0] : undefined;
}
