import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createClient } from 'redis';
import { freePort } from './free-port.js';
import { temporaryDirectory } from './run-server.js';
import { findProgram, redisServer } from './system-needs.js';

/** Path of redis-server; undefined: it is not installed, and tests that need it are skipped. */
export const redisProgram: string | undefined = findProgram(redisServer);

const START_TIMEOUT_MS = 10_000;

/** A Redis of its own for a test: on a port of its own, and keeping nothing. */
export class RunningRedis {
  readonly #work = temporaryDirectory();
  readonly #port: number;
  #child: ChildProcess | undefined;
  #publisher: ReturnType<typeof createClient> | undefined;

  private constructor(port: number) {
    this.#port = port;
  }

  /** A Redis that listens. */
  static async start(): Promise<RunningRedis> {
    const redis = await RunningRedis.absent();
    await redis.start();
    return redis;
  }

  /** One that does not run yet: nothing listens on its port. */
  static async absent(): Promise<RunningRedis> {
    return new RunningRedis(await freePort());
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const args = ['--port', String(this.#port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn(redisProgram as string, [...args, '--dir', this.#work.path], { stdio: 'ignore' });
    this.#child = child;
    const until = Date.now() + START_TIMEOUT_MS;
    while (!(await this.#listens())) {
      if (Date.now() > until || child.exitCode !== null)
        throw new Error(`redis-server did not start (${child.exitCode})`);
    }
  }

  async #listens(): Promise<boolean> {
    const socket = connect(this.#port, '127.0.0.1');
    const listens = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => setTimeout(resolve, 10, false));
    });
    socket.destroy();
    return listens;
  }

  /** @returns how many subscriptions it went to */
  async publish(channel: string, payload: string | Buffer): Promise<number> {
    if (this.#publisher === undefined) {
      this.#publisher = createClient({ url: this.url, RESP: 2, socket: { reconnectStrategy: false } });
      this.#publisher.on('error', () => {});
      await this.#publisher.connect();
    }
    return await this.#publisher.publish(channel, payload);
  }

  /** Stands still, with its connections open. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    this.#publisher?.destroy();
    this.#publisher = undefined;
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** `kill` for good. */
  async remove(): Promise<void> {
    await this.kill();
    this.#work.remove();
  }
}
