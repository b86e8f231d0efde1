import { createRequire } from 'node:module';
import { runProgram } from '../run-program.js';
import type { Contestant, Sample, Scenario } from '../scenario.js';
import { serveScript } from '../serve-script.js';
import { polywireOver } from './sdk.js';

const point = '64 in flight';
const IN_FLIGHT = '64';
const matrixName = '@matrixai/quic, JavaScript layer';

/** Why it cannot be loaded here. */
function fault(): string | undefined {
  try {
    createRequire(import.meta.url).resolve('@matrixai/quic/package.json');
    return undefined;
  } catch {
    return 'npm has its binary for linux-x64 only';
  }
}

const matrix: Contestant = {
  name: matrixName,
  missing: fault(),
  async *run(bench) {
    const server = await serveScript(bench, 'matrix-quic');
    const args = [String(server.port('quic')), String(server.pid), IN_FLIGHT, String(bench.seconds)];
    yield { point, ...(await runProgram(bench, 'quic-matrix', args, 'load')) };
  },
};

/** With what a message takes of the server, which stays right on a busy machine. */
function byServerCpu(contestant: Contestant): Contestant {
  const withCost = (sample: Sample): Sample =>
    sample.serverCpu === undefined
      ? sample
      : { ...sample, serverUsPerMessage: (sample.serverCpu * 1e6) / sample.value };
  return {
    ...contestant,
    async *run(bench) {
      for await (const sample of contestant.run(bench)) yield withCost(sample);
    },
  };
}

export const quic: Scenario = {
  name: 'quic',
  title: 'QUIC, one stream, 64 messages in flight',
  unit: 'messages/s',
  better: 'higher',
  note: '32 bytes, TLS 1.3, clients in Node. Ours are calls of the SDK; the other returns bytes as they are. With a stream a message it stops for ever at 64 in flight, so it is not measured that way.',
  contestants: [polywireOver('quic'), matrix].map(byServerCpu),
  targets: [{ point, contestant: 'polywire SDK, quic', against: matrixName, bound: 10 }],
};
