import type { ConfigSource } from './config-source.js';

/** Flags of `polywire serve` that say configuration. Undefined: not given. */
export interface ConfigFlags {
  /** --config: path of the TOML file. */
  readonly config?: string | undefined;
  /** --store: `store.kind`. */
  readonly store?: string | undefined;
  /** --data: `store.path`. */
  readonly data?: string | undefined;
}

/** Which key each flag sets. */
const keyOfFlag = {
  store: { table: 'store', key: 'kind' },
  data: { table: 'store', key: 'path' },
} as const;

export function readFlags(flags: ConfigFlags): ConfigSource {
  const values: Record<string, Record<string, unknown>> = {};
  const origins = new Map<string, string>();
  for (const [flag, { table, key }] of Object.entries(keyOfFlag)) {
    const value = flags[flag as keyof typeof keyOfFlag];
    if (value === undefined) continue;
    values[table] = { ...values[table], [key]: value };
    origins.set(`${table}.${key}`, `flag --${flag}`);
  }
  return {
    kind: 'flag',
    values,
    problems: [],
    origin: (path) => origins.get(path.join('.')) ?? 'flags',
    lineOf: () => undefined,
  };
}
