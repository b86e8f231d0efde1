import { Verdict } from '@polywire/protocol/polywire.conformance.v1';
import { describe, expect, it } from 'vitest';
import { startFakeServer } from './fake-server.cases.js';
import { runConformance } from './run-conformance.js';
import { onUnary, runOne, serveFake, suiteOf, unary } from './run-one.cases.js';

describe('verdicts', () => {
  const wrong = { answer: onUnary((packet, peer) => peer.respond(packet, {})) };
  const should = { requirement: 'REQUIREMENT_SHOULD' };

  it.each([
    ['a failed SHOULD is warned', {}, Verdict.WARNED, { failed: 0, warned: 1 }],
    ['a failed SHOULD of a strict run is failed', { strict: true }, Verdict.FAILED, { failed: 1, warned: 0 }],
    ['a failure on the list is known', { mustFail: ['test/*'] }, Verdict.KNOWN, { failed: 0, known: 1 }],
  ])('%s', async (_, options, verdict, counts) => {
    const { result, first } = await runOne([unary], wrong, options, should);
    expect(first.verdict).toBe(verdict);
    expect(result).toMatchObject(counts);
  });

  it('a pass on the list is stale', async () => {
    const { result, first } = await runOne([unary], {}, { mustFail: ['test/one'] });
    expect(first).toMatchObject({ verdict: Verdict.FAILED, text: expect.stringMatching(/^stale: "test\/one"/) });
    expect(result).toMatchObject({ passed: 0, failed: 1 });
  });

  it('a name on the list that no case has is stale', async () => {
    const mustFail = ['test/renamed', 'vectors/not-run'];
    const { result } = await runOne([unary], {}, { mustFail });
    expect(result.cases.map(({ path, verdict }) => [path, verdict])).toEqual([
      ['test/one', Verdict.PASSED],
      ['must-fail/test/renamed', Verdict.FAILED],
    ]);
  });

  it('a feature that is missing skips, and says which', async () => {
    const features = ['service.kv', 'ttl', 'transport.ws'];
    const { result, first } = await runOne([unary], {}, { features: [] }, { features });
    expect(first).toMatchObject({ verdict: Verdict.SKIPPED, text: 'it does not have service.kv, ttl, transport.ws' });
    expect(result).toMatchObject({ passed: 0, failed: 0, skipped: 1 });
  });

  it('a feature that is declared does not skip', async () => {
    const { first } = await runOne([unary], {}, { features: ['service.kv'] }, { features: ['service.kv'] });
    expect(first.verdict).toBe(Verdict.PASSED);
  });

  it('runs only what is asked for', async () => {
    const { result } = await runOne([unary], {}, { only: ['test/two', 'other'] });
    expect(result.cases).toEqual([]);
  });

  it('reports progress case by case', async () => {
    const seen: string[] = [];
    await runOne([unary], {}, { onProgress: ({ path }) => seen.push(path) });
    expect(seen).toEqual(['test/one']);
  });
});

describe('a run that cannot begin', () => {
  const run = (target: string | undefined) => runConformance({ target, suites: [suiteOf([unary])], timeoutMs: 300 });

  it('names the address when nothing listens there', async () => {
    const fake = await startFakeServer();
    await fake.close();
    await expect(run(fake.url)).rejects.toThrow(/^no connection to tcp:.*ECONNREFUSED.*; start the server/);
  });

  it.each(['http://127.0.0.1:1', 'nonsense'])('refuses the target %s', async (target) => {
    await expect(run(target)).rejects.toThrow(/cannot be dialled; use ws:\/\/, wss:\/\/ or tcp:\/\//);
  });

  it('wants something to test', async () => {
    await expect(run(undefined)).rejects.toThrow(/there is nothing to test/);
  });

  it('says so when Hello is not answered', async () => {
    const server = await serveFake({ answer: () => true });
    await expect(run(server.url)).rejects.toThrow(/does not answer Hello: .*did not come within 300 ms/);
  });

  it('says so when the server chooses no sub-protocol', async () => {
    const server = await serveFake({ transport: 'ws', protocol: false });
    await expect(run(server.url)).rejects.toThrow(/sub-?protocol/i);
  });

  it('leaves no connection behind', async () => {
    const { result, server } = await runOne([unary]);
    expect(result.passed).toBe(1);
    // close() waits for every connection, so a forgotten one would hold it.
    await server.close();
  });
});
