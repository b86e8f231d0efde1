import { availableParallelism } from 'node:os';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { benchTable } from '../lib/bench/bench-table.js';
import { type Operation, operations } from '../lib/bench/job.js';
import { machineFacts, machineLine } from '../lib/bench/machine-facts.js';
import { ClientCommand, tlsOptions } from '../lib/client-command.js';
import { countFlag, durationFlag } from '../lib/flags.js';
import { write } from '../lib/output.js';
import { UsageError } from '../lib/usage-error.js';

/** More load processes than this wait for each other. */
const MOST_PROCESSES = 8;

export default class Bench extends ClientCommand {
  static override summary = 'Measure how many calls and deliveries a second this machine makes.';
  static override description =
    'Without --url or POLYWIRE_URL it starts a server of its own on a free port; otherwise it loads the server that runs there: its keys and topics begin with polywire-bench/, and the keys are deleted at the end. Processes with the SDK keep as many calls in flight as you say and check every reply. echo is the smallest call there is, the ping of a session; publish sends each message to all connections of a load process and waits until all have it. The table has the median of the rounds, how long a call took under this load, and how much of a core the server and the busiest load process used: a figure at which the load is saturated says little of the server. Where other programs used much of the machine, all figures are too low.';
  static override examples = [
    '<%= config.bin %> bench',
    '<%= config.bin %> bench echo get --transport tcp --depth 64',
    '<%= config.bin %> bench set --store lmdb --connections 256',
    '<%= config.bin %> bench publish --url ws://127.0.0.1:8080/polywire --json',
  ];
  static override strict = false;
  static override args = {
    operation: Args.string({
      description: `What to measure: ${operations.join(', ')}; several are possible. Default: all.`,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    transport: Flags.string({
      description: 'How its own server is reached.',
      options: ['ws', 'tcp', 'quic'],
      default: 'ws',
    }),
    store: Flags.string({
      description: 'Where its own server keeps values; lmdb answers when they are on the disk.',
      options: ['memory', 'lmdb'],
      default: 'memory',
    }),
    connections: countFlag({ description: 'Connections of all load processes together.', default: 64 }),
    depth: countFlag({ description: 'Calls in flight on each connection.', default: 16 }),
    'value-bytes': countFlag({ description: 'Length of values and messages.', default: 32 }),
    keys: countFlag({ description: 'Keys of each load process.', default: 1000 }),
    rounds: countFlag({ description: 'How often everything is measured.', default: 3 }),
    duration: durationFlag({
      description: 'Of each measurement.',
      default: 1_000,
      defaultHelp: async () => '1s',
    }),
    processes: countFlag({
      description: 'Load processes. Default: a core less than there are, at most 8.',
    }),
  };

  async run(): Promise<unknown> {
    const { argv, flags, metadata } = await this.parse(Bench);
    const ownServer = metadata.flags.url?.setFromDefault === true;
    const { connections, depth, rounds, keys, 'value-bytes': valueBytes, duration: durationMs } = flags;
    const processes = flags.processes ?? Math.min(connections, MOST_PROCESSES, Math.max(1, availableParallelism() - 1));
    if (processes > connections)
      throw new UsageError(`--processes ${processes}: more than --connections ${connections}`);
    const chosen = operationsOf(argv as string[]);
    const tls = tlsOptions(flags);
    const { runBench } = await import('../lib/bench/run-bench.js');
    const { url, otherCores, results } = await runBench({
      ...{ connections, depth, rounds, keys, valueBytes, durationMs, processes, operations: chosen },
      url: ownServer ? undefined : flags.url,
      transport: flags.transport as 'ws' | 'tcp' | 'quic',
      store: flags.store as 'memory' | 'lmdb',
      token: flags.token,
      timeoutMs: flags.timeout,
      // A QUIC server without files of its own makes its certificate itself.
      tls: ownServer ? { insecure: true } : tls,
      onProgress: (text) => this.progress(text),
    });
    const machine = machineFacts();
    const server = ownServer ? `a server of its own, ${flags.store} store` : 'a server that ran already';
    if (!this.jsonEnabled()) {
      await write(
        `${machineLine(machine)}\n${url}, ${server}\nconnections ${connections}, in flight on each ${depth}, value bytes ${valueBytes}, load processes ${processes}, rounds ${rounds} of ${durationMs / 1000} s; other programs used ${otherCores.toFixed(1)} cores meanwhile\n\n${benchTable(results)}`,
      );
    }
    const settings = { connections, depth, valueBytes, keys, rounds, durationMs, processes };
    return { machine, url, ownServer, ...(ownServer && { store: flags.store }), ...settings, otherCores, results };
  }
}

/** @throws UsageError for a word that names none */
function operationsOf(words: readonly string[]): readonly Operation[] {
  const unknown = words.find((word) => !operations.some((known) => known === word));
  if (unknown !== undefined) {
    throw new UsageError(`"${unknown}" cannot be measured; there are ${operations.join(', ')}`);
  }
  return words.length === 0 ? operations : operations.filter((operation) => words.includes(operation));
}
