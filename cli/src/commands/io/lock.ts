import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import * as Args from '@oclif/core/args';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { Client } from '@polywire/sdk';
import { PolywireError } from '@polywire/sdk/core';
import { ClientCommand } from '../../lib/client-command.js';
import { durationFlag } from '../../lib/flags.js';

const SIGNAL_EXIT_CODE = 128;

export default class IoLock extends ClientCommand {
  static override summary = 'Take a lock, or run a command while holding it.';
  static override description =
    'With a COMMAND after --, holds the lock while it runs, renewing it, and ends with its exit code; POLYWIRE_FENCING_TOKEN is its token, and it is ended when the lock is lost. Without, prints the fencing token and leaves the lock until its time is over or "io unlock". A lock that is not to be had ends the command with exit code 5.';
  static override examples = [
    '<%= config.bin %> io lock deploy --wait 1m -- ./deploy.sh',
    '<%= config.bin %> io lock maintenance --ttl 2h',
  ];
  static override strict = false;
  static override args = { name: Args.string({ description: 'The lock.', required: true, ignoreStdin: true }) };
  static override flags = {
    ttl: durationFlag({
      description: 'After this time the lock falls open by itself.',
      default: 30_000,
      defaultHelp: async () => '30s',
    }),
    wait: durationFlag({ description: 'Wait for it, in the order of the requests. Default: do not wait.' }),
  };

  async run(): Promise<unknown> {
    const { args, argv, flags } = await this.parse(IoLock);
    const { name } = args;
    const [program, ...programArgs] = argv.slice(1) as string[];
    const waitMs = flags.wait ?? 0;
    return this.withClient(flags, async (client) => {
      if (program === undefined) {
        const fencingToken = await takeDetached(client, name, flags.ttl, waitMs, flags.timeout);
        if (fencingToken === undefined) throw heldByOther(name);
        this.log(String(fencingToken));
        return { name, fencingToken, ttlMs: flags.ttl };
      }
      const held = await client.lock(name, { ttlMs: flags.ttl, waitMs });
      if (held === undefined) throw heldByOther(name);
      const { fencingToken } = held;
      try {
        const onStart = (): void => this.progress(`holding "${name}" with token ${fencingToken}`);
        const exitCode = await runHolding(program, programArgs, fencingToken, held.lost, onStart);
        process.exitCode = exitCode;
        return { name, fencingToken, exitCode };
      } finally {
        // What became of the program matters more; the lock falls open by itself.
        await held.release().catch((thrown: unknown) => this.progress(PolywireError.from(thrown).message));
      }
    });
  }
}

/** @returns its fencing token; undefined: somebody else holds it */
async function takeDetached(
  client: Client,
  name: string,
  ttlMs: number,
  waitMs: number,
  timeoutMs: number,
): Promise<number | undefined> {
  const request = { name, ttlMs, waitMs, detached: true };
  const { acquired, fencingToken } = await client.io.lock(request, { timeoutMs: waitMs + timeoutMs });
  return acquired ? fencingToken : undefined;
}

function heldByOther(name: string): PolywireError {
  const text = `the lock "${name}" is held by somebody else`;
  return new PolywireError(ErrorCode.FAILED_PRECONDITION, text, { details: { name } });
}

/**
 * Runs a program with this process' own input and output.
 * @returns its exit code; 128 and the signal's number when a signal ended it
 * @throws PolywireError the reason when the lock was lost and the program ended for it; NOT_FOUND, INTERNAL
 * when it cannot be run
 */
function runHolding(
  program: string,
  args: readonly string[],
  token: number,
  lost: AbortSignal,
  onStart: () => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, POLYWIRE_FENCING_TOKEN: String(token) };
    const child = spawn(program, args, { stdio: 'inherit', env });
    lost.addEventListener('abort', () => child.kill());
    const forward = (signal: NodeJS.Signals): boolean => child.kill(signal);
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    const end = (): void => {
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
    };
    child.on('spawn', onStart);
    child.on('error', (error: NodeJS.ErrnoException) => {
      end();
      const code = error.code === 'ENOENT' ? ErrorCode.NOT_FOUND : ErrorCode.INTERNAL;
      reject(new PolywireError(code, `"${program}" could not be run: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      end();
      if (lost.aborted) reject(lost.reason);
      else resolve(code ?? SIGNAL_EXIT_CODE + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
