import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { temporaryDirectory } from '../kit/run-server.js';
import { type StartedProcess, type StartOptions, startProcess } from './process.js';
import { warmupSecondsOf } from './warm-up.js';

export interface BenchOptions {
  /** Of each measurement. */
  readonly seconds: number;
  /** Directory for processor profiles of servers. Undefined: none are taken. */
  readonly profileDir?: string | undefined;
  /** What profiles are called. */
  readonly label?: string;
  /** Only this point of a load is measured. Undefined: all. */
  readonly point?: string | undefined;
}

/** The core of servers, and the one of those that load them. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/**
 * What `npm start` gives to Node: room for what a burst of traffic leaves to the garbage collector, and the size up to
 * which V8 compiles the functions on the way of a message into one piece.
 */
export const startFlags = ['--max-semi-space-size=64', '--max-inlined-bytecode-size-cumulative=4000'];

/** What a round runs with. Everything that it starts ends with `close`. */
export class Bench {
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly point: string | undefined;
  readonly #options: BenchOptions;
  readonly #open: { stop(): Promise<void> | void }[] = [];

  constructor(options: BenchOptions) {
    this.#options = options;
    this.seconds = options.seconds;
    this.point = options.point;
    this.warmupSeconds = warmupSecondsOf(options.seconds);
  }

  /** A program on the servers' core. */
  async startServer(command: readonly string[], options: StartOptions = {}): Promise<StartedProcess> {
    return await this.#start(command, SERVER_CORE, options);
  }

  /** A program on the other core. */
  async startClient(command: readonly string[], options: StartOptions = {}): Promise<StartedProcess> {
    return await this.#start(command, LOAD_CORE, options);
  }

  /** Where the profile of a server belongs; undefined: none is wanted. */
  get profilePath(): string | undefined {
    const { profileDir, label = 'server' } = this.#options;
    if (profileDir === undefined) return undefined;
    return join(profileDir, `${label.replaceAll(/[^a-z0-9]+/gi, '-')}.json`);
  }

  /** A directory that is gone after the round. */
  directory(): string {
    const made = temporaryDirectory();
    this.#open.push({ stop: () => made.remove() });
    return join(made.path);
  }

  async close(): Promise<void> {
    for (const started of this.#open.splice(0).reverse()) await started.stop();
  }

  async #start(command: readonly string[], core: number, options: StartOptions): Promise<StartedProcess> {
    const pinned = canPin ? ['taskset', '-c', String(core), ...command] : command;
    const started = startProcess(pinned, options);
    this.#open.push(started);
    return started;
  }
}

/** Processes can be kept on a core each. */
export const canPin = process.platform === 'linux' && availableParallelism() > 1;
