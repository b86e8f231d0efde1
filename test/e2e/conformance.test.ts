import { runConformance } from '@polywire/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeVersion } from '../kit/node-versions.js';
import { type RunningServer, runServer } from '../kit/run-server.js';

const nodes = [20, 22, 24].map(nodeVersion);
for (const { major, path, reason } of nodes) {
  if (path === undefined) process.stderr.write(`SKIPPED: conformance on Node ${major}: ${reason}\n`);
}

describe.each(nodes)('the reference server on Node $major', ({ major, path }) => {
  describe.skipIf(path === undefined)('passes the conformance suite', () => {
    let server: RunningServer;

    beforeAll(async () => {
      server = await runServer({ node: path as string, toml: '[session]\nheartbeat_ms = 1500' });
    });
    afterAll(async () => {
      await server?.stop();
    });

    it.each(['wsUrl', 'tcpUrl'] as const)('%s', { timeout: 120_000 }, async (transport) => {
      const result = await runConformance({ target: server[transport] });
      const failed = result.cases.filter((each) => each.verdict === 2).map((each) => `${each.path}: ${each.text}`);
      expect(failed).toEqual([]);
      expect(result.passed).toBeGreaterThan(200);
      process.stderr.write(`Node ${major}, ${transport}: ${result.passed} passed, ${result.skipped} skipped\n`);
    });

    it('says so when it has to do without uWebSockets.js', () => {
      expect(server.log().includes('uWebSockets.js does not load')).toBe(major >= 24);
    });
  });
});
