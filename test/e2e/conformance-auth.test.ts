import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runConformance } from '@polywire/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, runServer } from '../kit/run-server.js';
import { root } from '../rules/source-files.js';

const readme = readFileSync(join(root, 'test/conformance/README.md'), 'utf8');
const toml = /```toml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';

describe('the reference server with tokens', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await runServer({ store: 'memory', toml });
  });
  afterAll(() => server?.stop());

  it.each(['wsUrl', 'tcpUrl'] as const)('passes the suite of tokens and permissions: %s', async (transport) => {
    const result = await runConformance({ target: server[transport], features: ['auth.tokens'], only: ['auth'] });
    const failed = result.cases.filter((each) => each.verdict === 2).map((each) => `${each.path}: ${each.text}`);
    expect(failed).toEqual([]);
    expect(result.passed).toBeGreaterThan(20);
    expect(result.skipped).toBe(0);
  });
});
