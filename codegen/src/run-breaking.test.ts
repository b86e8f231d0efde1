import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatFinding } from './breaking-finding.js';
import { runBreaking } from './run-breaking.js';
import { buildImage, ownSchemaDir } from './testing/image-context.js';

describe('runBreaking', () => {
  let directory: string;
  const edit = (path: string, from: string, to: string): void => {
    const text = readFileSync(join(directory, path), 'utf8');
    expect(text).toContain(from);
    writeFileSync(join(directory, path), text.replace(from, to));
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'polywire-schema-'));
    cpSync(ownSchemaDir, directory, { recursive: true });
    writeFileSync(join(directory, 'baseline.binpb'), buildImage(directory));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('finds nothing when nothing changed', async () => {
    expect(await runBreaking({ schemaDir: directory })).toEqual([]);
  });

  it('finds what buf finds and what buf does not look at', async () => {
    edit('polywire/transport/v1/transport.proto', 'uint32 ext_len = 6', 'uint64 ext_len = 6');
    edit('polywire/kv/v1/kv.proto', 'service_id: 3', 'service_id: 33');
    const found = (await runBreaking({ schemaDir: directory })).map(formatFinding);
    expect(found).toEqual([
      expect.stringMatching(
        /^polywire\/kv\/v1\/kv\.proto:\d+:1: polywire\.kv\.v1\.KvService: service_id changed from 3 to 33/,
      ),
      expect.stringMatching(/^polywire\/transport\/v1\/transport\.proto:\d+:3: .*type.*\(FIELD_SAME_TYPE\)$/),
    ]);
  });

  it('says what is missing', async () => {
    await expect(runBreaking({ schemaDir: directory, baselinePath: join(directory, 'none.binpb') })).rejects.toThrow(
      /cannot read the baseline .*none\.binpb: make it with "buf build/,
    );
    writeFileSync(join(directory, 'bad.binpb'), 'no image');
    await expect(runBreaking({ schemaDir: directory, baselinePath: join(directory, 'bad.binpb') })).rejects.toThrow(
      /buf cannot compare .* with .*bad\.binpb/,
    );
    edit('polywire/kv/v1/kv.proto', 'message GetRequest {', 'message GetRequest');
    await expect(runBreaking({ schemaDir: directory })).rejects.toThrow(/kv\.proto:\d+:\d+/);
  });
});
