import { type listenKeys, listenTable, tableKeys, toJsonName } from './config-keys.js';
import { defaultConfig } from './defaults.js';
import { describeValue } from './describe-value.js';
import type { LoadedConfig } from './load-config.js';
import type { ListenConfig } from './server-config.js';

/** One value for the startup log. */
export interface ConfigFact {
  /** The key as TOML has it, such as `limits.max_calls`. */
  readonly key: string;
  /** The value as text; hidden when the key is that of a secret. */
  readonly value: string;
  /** Where it was said: `polywire.toml:12`, `environment POLYWIRE_LOG_LEVEL`, `flag --store`, `default`. */
  readonly source: string;
}

type Values = Readonly<Record<string, unknown>>;

/** Every listener, and every other value that is not its default. */
export function describeConfig({ config, originOf }: LoadedConfig): ConfigFact[] {
  const facts: ConfigFact[] = config.listen.map((listener, i) => ({
    key: `${listenTable}[${i}]`,
    value: describeListener(listener),
    source: originOf([listenTable, i]) ?? 'default',
  }));
  const values = config as unknown as Readonly<Record<string, Values>>;
  const defaults = defaultConfig as unknown as typeof values;
  const describe = (path: readonly string[], keys: typeof listenKeys, given: Values, normal: Values): void => {
    for (const { name, jsonName, type, keys: inner } of keys.values()) {
      const value = given[jsonName];
      // Lists of texts are equal when their texts are.
      if (JSON.stringify(value) === JSON.stringify(normal[jsonName])) continue;
      const place = [...path, name];
      if (type === 'table' && inner !== undefined) {
        describe(place, inner, value as Values, normal[jsonName] as Values);
        continue;
      }
      facts.push({
        key: place.join('.'),
        value: type === 'tables' ? `${(value as unknown[]).length} tables` : describeValue(name, value),
        source: originOf(place) ?? 'default',
      });
    }
  };
  for (const [table, keys] of tableKeys) {
    const jsonTable = toJsonName(table);
    describe([table], keys, values[jsonTable] ?? {}, defaults[jsonTable] ?? {});
  }
  return facts;
}

/** Such as `ws 127.0.0.1:8080/polywire` or `tcp 127.0.0.1:19999 (kv)`; `wss` and `tcps` with TLS. */
function describeListener(listener: ListenConfig): string {
  const host = listener.host.includes(':') ? `[${listener.host}]` : listener.host;
  const path = listener.transport === 'ws' && listener.dialect !== 'msgtrans' ? listener.path : '';
  const notes = [
    ...(listener.dialect === 'native' ? [] : [listener.dialect]),
    ...(listener.tlsClientCert === 'required' ? ['client certificates required'] : []),
    ...(listener.clientIdFrom === 'certificate' ? ['client ids from certificates'] : []),
    ...(listener.insecure ? ['insecure'] : []),
  ];
  const noted = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  const scheme =
    listener.tlsCert === '' || listener.transport === 'quic' ? listener.transport : `${listener.transport}s`;
  return `${scheme} ${host}:${listener.port}${path}${noted}`;
}
