import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import * as Args from '@oclif/core/args';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { Client } from '@polywire/sdk';
import { PolywireError } from '@polywire/sdk/core';
import { ClientCommand } from '../../lib/client-command.js';
import { durationFlag } from '../../lib/flags.js';

/** A lock that is held is renewed this often within its time. */
const RENEWALS = 3;
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
      const request = { name, ttlMs: flags.ttl, waitMs, detached: program === undefined };
      const { acquired, fencingToken } = await client.io.lock(request, { timeoutMs: waitMs + flags.timeout });
      if (!acquired) {
        throw new PolywireError(ErrorCode.FAILED_PRECONDITION, `the lock "${name}" is held by somebody else`, {
          details: { name },
        });
      }
      if (program === undefined) {
        this.log(String(fencingToken));
        return { name, fencingToken, ttlMs: flags.ttl };
      }
      const renewal = renew(client, { name, fencingToken, ttlMs: flags.ttl });
      try {
        const onStart = (): void => this.progress(`holding "${name}" with token ${fencingToken}`);
        const exitCode = await runHolding(program, programArgs, fencingToken, renewal.lost, onStart);
        process.exitCode = exitCode;
        return { name, fencingToken, exitCode };
      } finally {
        renewal.stop();
        await client.io.unlock({ name, fencingToken });
      }
    });
  }
}

interface HeldLock {
  readonly name: string;
  readonly fencingToken: number;
  readonly ttlMs: number;
}

/** Keeps a lock until `stop`; `lost` is aborted with the reason when that fails. */
function renew(client: Client, lock: HeldLock): { lost: AbortSignal; stop(): void } {
  const lost = new AbortController();
  const intervalMs = Math.max(1, Math.floor(lock.ttlMs / RENEWALS));
  const timer = setInterval(() => {
    client.io.lock(lock, { timeoutMs: lock.ttlMs }).catch((thrown: unknown) => lost.abort(PolywireError.from(thrown)));
  }, intervalMs);
  return { lost: lost.signal, stop: () => clearInterval(timer) };
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
