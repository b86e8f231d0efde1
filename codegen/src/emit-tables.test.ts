import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ServiceDescriptor } from '@polywire/protocol/wire';
import { describe, expect, it } from 'vitest';

// What the codecs do is compared on random messages in test/fuzz.

const folders = ['../goldens/output/src', '../../generated/dist'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const packages = folders.flatMap((folder) =>
  readdirSync(join(folder, 'api'))
    .filter((name) => /(?<!\.d)\.[jt]s$/.test(name))
    .map((name) => [name, folder] as const),
);

describe.each(packages)('%s for browsers', async (name, folder) => {
  const load = async (target: string): Promise<Record<string, unknown>> =>
    import(pathToFileURL(join(folder, target, name)).href);
  const [direct, tables] = [await load('api'), await load('browser')];

  it('has the same names', () => {
    expect(Object.keys(tables).sort()).toEqual(Object.keys(direct).sort());
  });

  it('has the same facts about services', () => {
    const facts = (module: Record<string, unknown>): unknown[] =>
      Object.entries(module)
        .filter((entry): entry is [string, ServiceDescriptor] => isService(entry[1]))
        .map(([service, { typeName, serviceId, methods }]) => [
          service,
          typeName,
          serviceId,
          Object.entries(methods).map(([property, { request, response, ...rest }]) => [
            property,
            { ...rest },
            [request, response].map((codec) => ('typeName' in codec ? codec.typeName : 'half')),
          ]),
        ]);
    expect(facts(tables)).toEqual(facts(direct));
  });

  it('checks where the direct codecs check', () => {
    const checked = (module: Record<string, unknown>): string[] =>
      Object.keys(module).filter(
        (key) => typeof (module[key] as { check?: unknown } | undefined)?.check === 'function',
      );
    expect(checked(tables).sort()).toEqual(checked(direct).sort());
  });
});

function isService(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'methods' in value;
}
