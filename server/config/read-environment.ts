import { cleanText } from '../log-fields.js';
import { type ConfigKey, listenTable, tableKeys } from './config-keys.js';
import type { ConfigSource, Problem } from './config-source.js';
import { describeValue } from './describe-value.js';
import { suggest } from './suggest.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const prefix = 'POLYWIRE_';

/** Names that belong to other parts: the client's address, token and TLS files, and the path of the file. */
const otherNames = [
  'POLYWIRE_URL',
  'POLYWIRE_TOKEN',
  'POLYWIRE_TLS_CA',
  'POLYWIRE_TLS_CERT',
  'POLYWIRE_TLS_KEY',
  'POLYWIRE_CONFIG',
];

/**
 * What Kubernetes puts into every container beside a service whose name begins with "polywire".
 * The bare POLYWIRE_PORT is one only with an address as its value.
 */
const serviceLink = /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;
const serviceAddress = /^(tcp|udp|sctp):\/\//;

/** Names of the older relay's settings. Where both are set, the one with the prefix counts. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['REDIS_URL', environmentName('relay', 'redis_url')],
  ['WS_AUTH_TOKEN', environmentName('relay', 'token')],
]);

interface Setting {
  /** Names of the tables around the key. */
  readonly tables: readonly string[];
  readonly key: ConfigKey;
}

const settings: ReadonlyMap<string, Setting> = new Map(
  [...tableKeys]
    .flatMap(([table, keys]) => settingsOf([table], keys))
    .map((setting) => [environmentName(...setting.tables, setting.key.name), setting] as const),
);

/** Lists of tables are set in the TOML file only. */
function settingsOf(tables: readonly string[], keys: ReadonlyMap<string, ConfigKey>): Setting[] {
  return [...keys.values()].flatMap((key) => {
    if (key.type === 'tables') return [];
    return key.keys === undefined ? [{ tables, key }] : settingsOf([...tables, key.name], key.keys);
  });
}

/** The variable of a key: `limits.max_calls` is `POLYWIRE_LIMITS_MAX_CALLS`. */
export function environmentName(...names: readonly string[]): string {
  return `${prefix}${names.join('_')}`.toUpperCase();
}

/**
 * Reads `POLYWIRE_<TABLE>_<KEY>` of every key outside `[[listen]]`, and the aliases. Numbers may
 * have underscores as in TOML, a list has commas between its texts; an empty value counts as not
 * set. A `POLYWIRE_` name that means nothing is a problem.
 */
export function readEnvironment(environment: Environment): ConfigSource {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  const saidBy = new Map<string, string>();
  for (const [name, text] of Object.entries(environment)) {
    const alias = aliases.get(name);
    if (text === undefined || text === '' || !(name.startsWith(prefix) || alias !== undefined)) continue;
    if (alias !== undefined) {
      if ((environment[alias] ?? '') !== '') continue;
      saidBy.set(alias, name);
    }
    const setting = settings.get(alias ?? name);
    if (setting === undefined) {
      const problem = unknownName(name, text);
      if (problem !== undefined) problems.push({ text: problem });
      continue;
    }
    const { tables, key } = setting;
    const value = parseValue(key, text);
    if (value === undefined) {
      const wanted = key.type === 'number' ? 'a whole number' : 'true or false';
      const found = describeValue(key.name, text);
      problems.push({ text: `environment ${name}: ${tables.join('.')}.${key.name} must be ${wanted}; it is ${found}` });
      continue;
    }
    const table = tables.reduce((outer, inner) => {
      outer[inner] ??= {};
      return outer[inner] as Record<string, unknown>;
    }, values);
    table[key.name] = value;
  }
  return {
    kind: 'environment',
    values,
    problems,
    origin: (path) => {
      const name = environmentName(...path.filter((part) => typeof part === 'string'));
      return `environment ${saidBy.get(name) ?? name}`;
    },
    lineOf: () => undefined,
  };
}

function parseValue(key: ConfigKey, text: string): unknown {
  if (key.type === 'string') return text;
  if (key.type === 'strings') return text.split(',').map((item) => item.trim());
  if (key.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  return /^[+-]?\d+(_\d+)*$/.test(text.trim()) ? Number(text.replaceAll('_', '')) : undefined;
}

function unknownName(name: string, text: string): string | undefined {
  if (otherNames.includes(name) || serviceLink.test(name)) return undefined;
  if (name.endsWith('_PORT') && serviceAddress.test(text)) return undefined;
  const shown = cleanText(name, 128);
  if (/^POLYWIRE_(LISTEN|HOST|PORT|PATH)(_|$)/.test(name)) {
    return `environment ${shown} is not a setting; listeners are set in the TOML file, one [[${listenTable}]] table each`;
  }
  const near = suggest(name, [...settings.keys(), ...otherNames]);
  return `environment ${shown} is not a setting${near === undefined ? '' : `; did you mean ${near}?`}`;
}
