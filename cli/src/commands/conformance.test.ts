import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { polywire, useServer } from '../../test/polywire.js';

// Cases of which this prefix selects three.
const FEW = 'client-data/store';
const server = useServer();

describe('without --target', () => {
  it('tests its own codecs, a server of its own and its own client over both transports', async () => {
    const { code, stdout, stderr } = await polywire([
      'conformance',
      '--only',
      FEW,
      '--only',
      'vectors/packet-stream',
      '--only',
      'client/hole',
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^testing the codec with the offline vectors\ntesting ws:\/\/127\.0\.0\.1:\d+\/polywire\ntesting tcp:\/\/127\.0\.0\.1:\d+\ntesting the client over ws\ntesting the client over tcp\n$/,
    );
    expect(stdout.match(/^3 passed, 0 failed$/gm)).toHaveLength(2);
    expect(stdout.match(/^1 passed, 0 failed$/gm)).toHaveLength(2);
    const [vectors, sum] = [stdout, stdout.trimEnd()].map((text, index) =>
      Number(/^(\d+) passed, 0 failed/m.exec(index === 0 ? text : (text.split('\n').at(-1) ?? ''))?.[1]),
    );
    expect(vectors).toBeGreaterThan(0);
    expect(sum).toBe((vectors ?? 0) + 8);
  });

  it('a run in which nothing was tested is a failure', async () => {
    expect((await polywire(['conformance', '--target', server.wsUrl(), '--only', 'nothing-like-this'])).code).toBe(1);
  });
});

describe('with --target', () => {
  it('tests only that, and reports as JSON and JUnit', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'polywire-junit-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const args = ['--target', server.wsUrl(), '--only', FEW, '--junit', join(dir, 'reports'), '--json'];
    const { code, stdout, stderr } = await polywire(['conformance', ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { runs } = JSON.parse(stdout);
    expect(runs).toMatchObject([{ target: server.wsUrl(), passed: 3, failed: 0 }]);
    expect(readdirSync(join(dir, 'reports'))).toEqual(['polywire-1.xml']);
    expect(readFileSync(join(dir, 'reports', 'polywire-1.xml'), 'utf8')).toContain('tests="3" failures="0"');
  });

  it('ends with 1 when a case fails', async () => {
    const args = ['--target', server.tcpUrl(), '--only', FEW, '--must-fail', 'client-data/store-level'];
    const { code, stdout } = await polywire(['conformance', ...args]);
    expect(code).toBe(1);
    expect(stdout).toContain('FAILED client-data/store-level');
  });

  it.each([
    ['tcp://127.0.0.1:1', 4, /^UNAVAILABLE: no connection to tcp:\/\/127\.0\.0\.1:1/m],
    ['gopher://127.0.0.1:1', 2, /^INVALID_URL: "gopher:/m],
  ])('does not begin with %s', async (target, exitCode, text) => {
    const { code, stdout, stderr } = await polywire(['conformance', '--target', target]);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
    expect(stderr).toMatch(text);
  });
});
