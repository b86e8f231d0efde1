import { authTokenDefaults, defaultConfig, listenDefaults } from './defaults.js';

/** What a key's value is; strings is a list of them, tables a list of tables. */
export type KeyType = 'string' | 'number' | 'boolean' | 'strings' | 'table' | 'tables';

/** A key of a table: its TOML name, its name in messages and JSON, its type. */
export interface ConfigKey {
  readonly name: string;
  readonly jsonName: string;
  readonly type: KeyType;
  /** Keys of a table inside a table, or of each table of a list. */
  readonly keys?: ReadonlyMap<string, ConfigKey>;
}

/** The table that occurs any number of times, as `[[listen]]`. */
export const listenTable = 'listen';

/** What the tables of a list inside a table leave out: an empty list does not show its keys. */
const itemDefaults: Readonly<Record<string, object>> = { tokens: authTokenDefaults };

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
      return [name, { name, jsonName, ...typeOf(jsonName, value) }];
    }),
  );
}

function typeOf(jsonName: string, value: unknown): Pick<ConfigKey, 'type' | 'keys'> {
  const items = itemDefaults[jsonName];
  if (items !== undefined) return { type: 'tables', keys: keysOf(items) };
  if (Array.isArray(value)) return { type: 'strings' };
  if (typeof value === 'object' && value !== null) return { type: 'table', keys: keysOf(value) };
  return { type: typeof value as KeyType };
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
