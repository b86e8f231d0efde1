import { afterEach } from 'vitest';
import { type FakeOptions, type FakePeer, type FakeServer, startFakeServer } from './fake-server.cases.js';
import type { Packet } from './peer/packet.js';
import { type ConformanceOptions, runConformance } from './run-conformance.js';
import { parseSuite } from './suite/load-suites.js';

export const UNARY = 'polywire.conformance.v1.ConformanceService/Unary';
export const STREAM = 'polywire.conformance.v1.ConformanceService/ServerStream';

export const unary = { call: { method: UNARY, requests: [{ payload: 'YQ==' }], responses: [{ payload: 'YQ==' }] } };
export const stream = {
  call: { method: STREAM, requests: [{ plan: { count: 2 } }], responses: [{ index: 0 }, { index: 1 }] },
};

const servers: FakeServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A fake server that ends after the test. */
export async function serveFake(options: FakeOptions = {}): Promise<FakeServer> {
  const server = await startFakeServer(options);
  servers.push(server);
  return server;
}

/** A suite of one case, "test/one". */
export function suiteOf(steps: object[], extra: object = {}): ReturnType<typeof parseSuite> {
  const only = { name: 'one', requirement: 'REQUIREMENT_MUST', steps, ...extra };
  return parseSuite('test.json', JSON.stringify({ name: 'test', cases: [only] }));
}

/** Runs a suite of one case against a fake server, which ends after the test. */
export async function runOne(
  steps: object[],
  fake: FakeOptions = {},
  options: Partial<ConformanceOptions> = {},
  extra: object = {},
) {
  const server = await serveFake(fake);
  const run = { target: server.url, suites: [suiteOf(steps, extra)], timeoutMs: 300, ...options };
  const result = await runConformance(run);
  return { result, first: result.cases[0]!, server };
}

/** Answers Unary in a way of its own. */
export const onUnary =
  (answer: (packet: Packet, peer: FakePeer) => void) =>
  (packet: Packet, method: string, peer: FakePeer): boolean => {
    if (method !== 'Unary') return false;
    answer(packet, peer);
    return true;
  };
