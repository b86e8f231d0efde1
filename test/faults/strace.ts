import { spawn } from 'node:child_process';
import { findProgram, strace } from '../kit/system-needs.js';

/** Undefined: not installed. Tests that need it are skipped; the set-up of the tests says so. */
export const stracePath = findProgram(strace);

export interface FaultyRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a script with a fault in its system calls, such as "fdatasync:error=EIO:when=5+". One thread
 * does all work of the disk, because strace counts calls by thread.
 * @param file the calls that concern this one alone
 */
export function runWithFault(
  script: string,
  args: readonly string[],
  inject: string,
  file?: string,
): Promise<FaultyRun> {
  const calls = inject.slice(0, inject.indexOf(':'));
  const command = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${inject}`, process.execPath];
  const only = file === undefined ? [] : ['-P', file];
  return runScript(stracePath ?? strace.program, [...only, ...command, script, ...args]);
}

export function runScript(program: string, args: readonly string[]): Promise<FaultyRun> {
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, ...output }));
  });
}
