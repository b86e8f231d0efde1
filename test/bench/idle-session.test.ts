import { afterAll, describe, expect, it } from 'vitest';
import { Bench } from './bench.js';
import { loadGeneratorFault } from './load-generator.js';
import { loadCommand } from './run-load.js';
import { serveScript } from './serve-script.js';

/** Bytes of JavaScript objects. A session may take a fifth more; take it down when a session has become lighter. */
const KNOWN = 550;
const ALLOWED = 1.2;
const CONNECTIONS = 4_000;
/** What a server makes once, and for the first of its sessions. */
const FIRST = 400;

describe.skipIf(loadGeneratorFault() !== undefined)('memory of an idle session', () => {
  const bench = new Bench({ seconds: 1 });
  afterAll(() => bench.close());

  it(`stays at ${KNOWN} bytes`, async () => {
    const server = await serveScript(bench, 'polywire', JSON.stringify({ listen: ['ws'] }), { memory: true });
    const load = { wire: 'native', path: '/polywire', protocol: 'polywire.v1', mode: 'idle' } as const;
    const hold = async (connections: number): Promise<void> => {
      const at = { port: server.port('ws'), serverPid: server.pid };
      await (await bench.startClient(loadCommand({ ...load, ...at, connections }, 0, 0))).line();
    };
    await hold(FIRST);
    const before = await server.memory(true);
    await hold(CONNECTIONS);
    const after = await server.memory(true);
    const bytes = Math.round((after.objects - before.objects) / CONNECTIONS);
    process.stdout.write(`bytes an idle session: ${bytes}\n`);
    expect(bytes).toBeLessThan(KNOWN * ALLOWED);
    expect(bytes).toBeGreaterThan(0);
  }, 60_000);
});
