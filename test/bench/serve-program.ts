import { connect } from 'node:net';
import { freePort } from '../kit/free-port.js';
import { findProgram, redisServer, type SystemNeed } from '../kit/system-needs.js';
import type { Bench } from './bench.js';

const natsServer: SystemNeed = { program: 'nats-server', aptPackage: 'nats-server', usedFor: 'comparison with NATS' };

/** A server of somebody else's, with its process and port. */
export interface ServedProgram {
  readonly pid: number;
  readonly port: number;
}

/** How to install a program that is missing; undefined: it is there. */
function faultOf(need: SystemNeed): string | undefined {
  return findProgram(need) === undefined ? `install it: apt-get install ${need.aptPackage}` : undefined;
}

export const redisFault = faultOf(redisServer);
export const natsFault = faultOf(natsServer);

/** A Redis that keeps nothing, or with `always` one that answers when a write is on the disk. */
export async function serveRedis(bench: Bench, appendFsync: 'off' | 'always' = 'off'): Promise<ServedProgram> {
  const port = await freePort();
  const kept = appendFsync === 'off' ? ['no'] : ['yes', '--appendfsync', 'always'];
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--protected-mode',
    'no',
    '--save',
    '',
    '--appendonly',
    ...kept,
  ];
  return await serve(bench, [findProgram(redisServer) as string, ...args, '--dir', bench.directory()], port);
}

export async function serveNats(bench: Bench): Promise<ServedProgram> {
  const port = await freePort();
  return await serve(bench, [findProgram(natsServer) as string, '--addr', '127.0.0.1', '--port', String(port)], port);
}

async function serve(bench: Bench, command: readonly string[], port: number): Promise<ServedProgram> {
  const started = await bench.startServer(command);
  started.child.stdout?.resume();
  for (let tries = 0; tries < 500; tries++) {
    if (await listens(port)) return { pid: started.pid, port };
  }
  throw new Error(`${command[0]} did not start`);
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const answer = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => setTimeout(resolve, 10, false));
  });
  socket.destroy();
  return answer;
}
