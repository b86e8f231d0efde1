import type { Bench } from './bench.js';
import { loadGeneratorFault } from './load-generator.js';
import { type Load, runLoad, sampleOf } from './run-load.js';
import type { Contestant } from './scenario.js';
import { natsFault, redisFault, serveNats, serveRedis } from './serve-program.js';
import { serveScript } from './serve-script.js';
import type { PolywireServerOptions } from './servers/polywire.js';

/** Where a server listens, for the load generator. */
export type Endpoint = Pick<Load, 'wire' | 'port' | 'serverPid' | 'path' | 'protocol'>;

/** What is measured at a server, beside where it is. */
export interface LoadPoint {
  readonly name: string;
  readonly load: Partial<Load>;
}

/** Someone who is measured at several points with the load generator, in one process a round. */
export function loaded(
  name: string,
  start: (bench: Bench) => Promise<Endpoint>,
  points: readonly LoadPoint[],
  missing?: string,
): Contestant {
  return {
    name,
    missing: missing ?? loadGeneratorFault(),
    async *run(bench) {
      const endpoint = await start(bench);
      for (const point of points.filter((point) => bench.point === undefined || bench.point === point.name))
        yield sampleOf(point.name, await runLoad(bench, { ...endpoint, ...point.load }));
    },
  };
}

type PolywireWire = 'ws' | 'tcp' | 'kv';

/** Our server, with one wire. */
export function polywire(wire: PolywireWire, options: Omit<PolywireServerOptions, 'listen'> = {}) {
  return async (bench: Bench): Promise<Endpoint> => {
    const server = await serveScript(bench, 'polywire', JSON.stringify({ ...options, listen: [wire] }));
    const at = { port: server.port(wire), serverPid: server.pid };
    if (wire === 'ws') return { wire: 'native', ...at, path: '/polywire', protocol: 'polywire.v1' };
    return { wire: wire === 'kv' ? 'kv' : 'native', ...at };
  };
}

export async function uwsEcho(bench: Bench): Promise<Endpoint> {
  const server = await serveScript(bench, 'uws');
  return { wire: 'echo', port: server.port('ws'), serverPid: server.pid, path: '/' };
}

export async function uwsTopics(bench: Bench): Promise<Endpoint> {
  const server = await serveScript(bench, 'uws', 'topics');
  return { wire: 'topics', port: server.port('ws'), serverPid: server.pid, path: '/' };
}

export async function wsEcho(bench: Bench): Promise<Endpoint> {
  const server = await serveScript(bench, 'ws');
  return { wire: 'echo', port: server.port('ws'), serverPid: server.pid, path: '/' };
}

export async function netEcho(bench: Bench): Promise<Endpoint> {
  const server = await serveScript(bench, 'net');
  return { wire: 'framed', port: server.port('tcp'), serverPid: server.pid };
}

export function redis(appendFsync: 'off' | 'always' = 'off') {
  return async (bench: Bench): Promise<Endpoint> => {
    const { pid, port } = await serveRedis(bench, appendFsync);
    return { wire: 'redis', port, serverPid: pid };
  };
}

export async function nats(bench: Bench): Promise<Endpoint> {
  const { pid, port } = await serveNats(bench);
  return { wire: 'nats', port, serverPid: pid };
}

export { natsFault, redisFault };
