import type { Bench } from '../bench.js';
import { optionalPackage, packageFault } from '../optional-package.js';
import { runProgram } from '../run-program.js';
import type { Contestant, Sample, Scenario } from '../scenario.js';
import { natsFault, serveNats } from '../serve-program.js';
import { serveScript } from '../serve-script.js';

const point = '64 in flight';
const IN_FLIGHT = '64';

async function* polywireClient(bench: Bench, wire: 'ws' | 'tcp' | 'quic'): AsyncGenerator<Sample, void> {
  const server = await serveScript(bench, 'polywire', JSON.stringify({ listen: [wire] }));
  const url = `${wire}://127.0.0.1:${server.port(wire)}${wire === 'ws' ? '/polywire' : ''}`;
  const args = [url, String(server.pid), IN_FLIGHT, String(bench.seconds)];
  yield { point, ...(await runProgram(bench, 'sdk-polywire', args, 'load')) };
}

/** Calls of the SDK to our server. */
export const polywireOver = (wire: 'ws' | 'tcp' | 'quic'): Contestant => ({
  name: `polywire SDK, ${wire}`,
  run: (bench) => polywireClient(bench, wire),
});

const natsClient: Contestant = {
  name: 'nats request',
  missing: natsFault ?? packageFault('nats'),
  async *run(bench) {
    const { pid, port } = await serveNats(bench);
    const args = [optionalPackage('nats') as string, String(port), String(pid), IN_FLIGHT, String(bench.seconds)];
    yield { point, ...(await runProgram(bench, 'sdk-nats', args, 'load')) };
  },
};

const socketIo: Contestant = {
  name: 'Socket.IO emitWithAck',
  missing: packageFault('socket.io', 'socket.io-client'),
  async *run(bench) {
    const server = await serveScript(bench, 'socket-io', optionalPackage('socket.io'));
    const client = optionalPackage('socket.io-client') as string;
    const args = [client, String(server.port('http')), String(server.pid), IN_FLIGHT, String(bench.seconds)];
    yield { point, ...(await runProgram(bench, 'sdk-socket-io', args, 'load')) };
  },
};

export const sdk: Scenario = {
  name: 'sdk',
  title: 'Clients in Node, 64 calls in flight on one connection',
  unit: 'calls/s',
  better: 'higher',
  note: 'Echo of 32 bytes. With nats the process of the client is the one that answers, too.',
  contestants: [polywireOver('ws'), polywireOver('tcp'), natsClient, socketIo],
  targets: [
    { point, contestant: 'polywire SDK, ws', against: 'nats request', bound: 5, aim: 10 },
    { point, contestant: 'polywire SDK, ws', against: 'Socket.IO emitWithAck', bound: 4, aim: 10 },
  ],
};
