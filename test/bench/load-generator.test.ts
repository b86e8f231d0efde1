import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { loadGeneratorFault } from './load-generator.js';
import { type LoadResult, loadCommand } from './run-load.js';

const FRAME_BYTES = 36;
const close: (() => void)[] = [];
afterEach(() => {
  for (const run of close.splice(0)) run();
});

/** Loads a server that answers with what `reply` makes of each burst of two frames. */
async function load(
  reply: (burst: Buffer, socket: Socket) => Buffer,
): Promise<{ code: number; out: string; err: string }> {
  const server = createServer((socket) => {
    let waiting = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      waiting = Buffer.concat([waiting, data]);
      for (; waiting.length >= 2 * FRAME_BYTES; waiting = waiting.subarray(2 * FRAME_BYTES)) {
        socket.write(reply(Buffer.from(waiting.subarray(0, 2 * FRAME_BYTES)), socket));
      }
    });
  }).listen(0, '127.0.0.1');
  close.push(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const wanted = { wire: 'framed', port, serverPid: process.pid, operation: 'echo', connections: 2, depth: 2 } as const;
  const [program, ...args] = loadCommand(wanted, 0.3, 0.1) as [string, ...string[]];
  const child = spawn(program, args);
  close.push(() => child.kill());
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

describe.skipIf(loadGeneratorFault() !== undefined)('load generator', () => {
  it('counts and times replies', async () => {
    const { code, out, err } = await load((burst) => burst);
    expect(err).toBe('');
    expect(code).toBe(0);
    const result = JSON.parse(out) as LoadResult;
    expect(result.messages).toBeGreaterThan(10);
    expect(result.perSecond).toBeCloseTo(result.messages / result.seconds, -2);
    expect(result.p50Us).toBeGreaterThan(0);
    expect(result.p99Us).toBeGreaterThanOrEqual(result.p50Us);
    expect(result.maxUs).toBeGreaterThanOrEqual(result.p99Us);
    expect(result.loadCpu).toBeGreaterThan(0);
    expect(result.serverUsPerMessage).toBeGreaterThan(0);
  });

  const changed = (burst: Buffer, at: number): Buffer => {
    burst[at] = (burst[at] as number) ^ 1;
    return burst;
  };
  it.each<[string, (burst: Buffer) => Buffer, string]>([
    ['a byte that changed', (burst) => changed(burst, FRAME_BYTES + 20), 'nobody sent'],
    [
      'the reply of another call',
      (burst) => Buffer.concat([burst.subarray(FRAME_BYTES), burst.subarray(0, FRAME_BYTES)]),
      'a reply is wrong',
    ],
    ['a reply too many', (burst) => Buffer.concat([burst, burst.subarray(FRAME_BYTES)]), 'nobody waits for'],
    ['what is no frame', (burst) => changed(burst, 3), 'no reply'],
  ])('ends at %s', async (_, reply, reason) => {
    const { code, out, err } = await load(reply);
    expect(err).toContain(reason);
    expect(out).toBe('');
    expect(code).toBe(1);
  });

  it('ends when the server ends a connection', async () => {
    const { code, err } = await load((burst, socket) => {
      socket.end();
      return burst.subarray(FRAME_BYTES);
    });
    expect(code).toBe(1);
    expect(err).toMatch(/ended a connection|a reply is wrong|recv|send/);
  });
});
