import { defaultConfig, listenDefaults } from './defaults.js';

/** What a key's value is. */
export type ScalarType = 'string' | 'number' | 'boolean';

/** A key of a table: its TOML name, its name in messages and JSON, its type. */
export interface ConfigKey {
  readonly name: string;
  readonly jsonName: string;
  readonly type: ScalarType;
}

/** The table that occurs any number of times, as `[[listen]]`. */
export const listenTable = 'listen';

/** Keys of a `[[listen]]` table by TOML name. */
export const listenKeys: ReadonlyMap<string, ConfigKey> = keysOf({ ...listenDefaults.tcp, ...listenDefaults.ws });

/** Keys of every other table, by TOML name of the table and of the key. Table names are one word in both forms. */
export const tableKeys: ReadonlyMap<string, ReadonlyMap<string, ConfigKey>> = new Map(
  Object.entries(defaultConfig)
    .filter(([table]) => table !== listenTable)
    .map(([table, values]) => [table, keysOf(values)]),
);

function keysOf(table: object): ReadonlyMap<string, ConfigKey> {
  return new Map(
    Object.entries(table).map(([jsonName, value]) => {
      const name = toSnakeCase(jsonName);
      return [name, { name, jsonName, type: typeof value as ScalarType }];
    }),
  );
}

/** The TOML spelling of a JSON name: `maxCalls` is `max_calls`. */
export function toSnakeCase(jsonName: string): string {
  return jsonName.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A path as people read it: `listen[0].port`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}
