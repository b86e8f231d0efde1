import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/** No client takes longer on any machine that works. */
const RUN_TIMEOUT_MS = 60_000;

/** Runs a client and returns what it prints; it has failed when it does not end well, or not in time. */
export function runClient(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: RUN_TIMEOUT_MS });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(stdout) : reject(new Error(`${stdout}\n${stderr}`))));
  });
}

export interface Step {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Runs one step of a build. @returns why it failed; empty when it did not */
export function runStep({ program, args, cwd, env = {}, timeoutMs }: Step): string {
  const options = { cwd, env: { ...process.env, ...env }, encoding: 'utf8', timeout: timeoutMs } as const;
  const { status, stderr, error } = spawnSync(program, args, options);
  if (status === 0) return '';
  return `${program} ${args.join(' ')} failed: ${error?.message ?? stderr.trim().slice(-2_000)}`;
}

/** Compares what a client saw with a committed file; with POLYWIRE_WRITE_TRANSCRIPT=1 writes the file first. */
export function expectTranscript(seen: string, path: string): void {
  if (process.env.POLYWIRE_WRITE_TRANSCRIPT === '1') writeFileSync(path, seen);
  expect(seen).toBe(readFileSync(path, 'utf8'));
}

/** Says on stderr why tests are skipped. */
export function saySkipped(tests: string, reason: string): void {
  process.stderr.write(`SKIPPED: ${tests}: ${reason}\n`);
}
