import bundle from '@polywire/protocol/json-schema/bundle.schema.json' with { type: 'json' };
import { validate } from '@polywire/protocol/validators/polywire.config.v1.Config';
import { describe, expect, it } from 'vitest';
import { listenKeys, listenTable, tableKeys, toJsonName } from './config-keys.js';
import { defaultConfig } from './defaults.js';

interface Schema {
  readonly properties: Readonly<
    Record<string, { readonly type?: string; readonly $ref?: string; items?: { $ref: string } }>
  >;
}
const schemas: Readonly<Record<string, Schema>> = bundle.$defs as never;
const typeOfSchema: Readonly<Record<string, string>> = { integer: 'number', array: 'strings' };

function keysOfSchema(name: string | undefined): Record<string, string> {
  const entries = Object.entries(schemas[name ?? '']?.properties ?? {});
  return Object.fromEntries(
    entries.map(([key, { type = 'table', items }]) => [
      key,
      items?.$ref === undefined ? (typeOfSchema[type] ?? type) : 'tables',
    ]),
  );
}

const keysOfTable = (keys: typeof listenKeys) =>
  Object.fromEntries([...keys.values()].map(({ jsonName, type }) => [jsonName, type]));

describe('the table of defaults', () => {
  it('has the tables of the schema', () => {
    const properties = schemas['polywire.config.v1.Config']?.properties ?? {};
    expect([...[...tableKeys.keys()].map(toJsonName), listenTable].sort()).toEqual(Object.keys(properties).sort());
  });

  it('has the keys and types of tables inside tables', () => {
    const properties = schemas['polywire.config.v1.Auth']?.properties ?? {};
    const auth = tableKeys.get('auth');
    expect(keysOfTable(auth?.get('tokens')?.keys ?? new Map())).toEqual(keysOfSchema(properties.tokens?.items?.$ref));
    expect(keysOfTable(auth?.get('jwt')?.keys ?? new Map())).toEqual(keysOfSchema(properties.jwt?.$ref));
  });

  for (const [table, keys] of tableKeys) {
    it(`has the keys and types of ${table}`, () => {
      const properties = schemas['polywire.config.v1.Config']?.properties ?? {};
      expect(keysOfTable(keys)).toEqual(keysOfSchema(properties[toJsonName(table)]?.$ref));
    });
  }

  it('has the keys and types of a listener', () => {
    expect(keysOfTable(listenKeys)).toEqual(keysOfSchema('polywire.config.v1.Listen'));
  });

  it('is valid', () => {
    expect(validate(structuredClone(defaultConfig)), JSON.stringify(validate.errors)).toBe(true);
  });

  it('is what the reference says', () => {
    expect(defaultConfig.limits).toEqual({
      maxConnections: 10_000,
      maxPayloadBytes: 1_114_112,
      maxMessageBytes: 16_777_216,
      maxValueBytes: 1_048_576,
      maxCalls: 1024,
      maxQueuedBytes: 4_194_304,
      stallTimeoutMs: 30_000,
      maxUnfinishedBytes: 268_435_456,
      maxLocksPerClient: 10_000,
      helloTimeoutMs: 5000,
      maxSubscriptions: 1000,
      maxRequestsPerSecond: 0,
      maxBytesPerSecond: 0,
      maxAcceptsPerSecond: 0,
    });
    expect(defaultConfig.topics).toEqual({
      historyMessages: 1000,
      historyBytes: 1_048_576,
      historyAgeMs: 300_000,
      totalBytes: 67_108_864,
      maxTopics: 100_000,
    });
    expect(defaultConfig.kvWire).toEqual({
      expire: 'ignore',
      publishSubscribe: false,
      maxFrameBytes: 8_388_608,
      maxBufferedBytes: 268_435_456,
      stallTimeoutMs: 300_000,
    });
    expect(defaultConfig.store).toEqual({
      kind: 'lmdb',
      path: 'data',
      historyEntries: 10_000,
      historyBytes: 8_388_608,
    });
  });
});
