import { defaultConfig, listenDefaults } from './defaults.js';

/** What a key's value is; strings is a list of them. */
export type KeyType = 'string' | 'number' | 'boolean' | 'strings';

/** A key of a table: its TOML name, its name in messages and JSON, its type. */
export interface ConfigKey {
  readonly name: string;
  readonly jsonName: string;
  readonly type: KeyType;
}

/** The table that occurs any number of times, as `[[listen]]`. */
export const listenTable = 'listen';

/** Keys of a `[[listen]]` table by TOML name. */
export const listenKeys: ReadonlyMap<string, ConfigKey> = keysOf({
  ...listenDefaults.quic,
  ...listenDefaults.tcp,
  ...listenDefaults.ws,
});

/** Keys of every other table, by TOML name of the table and of the key. */
export const tableKeys: ReadonlyMap<string, ReadonlyMap<string, ConfigKey>> = new Map(
  Object.entries(defaultConfig)
    .filter(([table]) => table !== listenTable)
    .map(([table, values]) => [toSnakeCase(table), keysOf(values)]),
);

function keysOf(table: object): ReadonlyMap<string, ConfigKey> {
  return new Map(
    Object.entries(table).map(([jsonName, value]) => {
      const name = toSnakeCase(jsonName);
      const type = Array.isArray(value) ? 'strings' : (typeof value as KeyType);
      return [name, { name, jsonName, type }];
    }),
  );
}

/** The TOML spelling of a JSON name: `maxCalls` is `max_calls`. */
export function toSnakeCase(jsonName: string): string {
  return jsonName.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The JSON name of a TOML one: `max_calls` is `maxCalls`. */
export function toJsonName(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A path as people read it: `listen[0].port`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}
