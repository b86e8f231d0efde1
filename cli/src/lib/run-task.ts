import { spawn } from 'node:child_process';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

const MAX_RESULT_BYTES = 16_777_216;
const MAX_TOLD_CHARACTERS = 1_000;

/**
 * Runs a command of the shell with `input` on its stdin.
 *
 * @returns its stdout
 * @throws PolywireError INTERNAL when it cannot be run, ends with another code than 0, or says more
 * than 16 MiB; CANCELLED when the signal ended it
 */
export function runTask(
  command: string,
  input: Uint8Array,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, env: { ...process.env, ...environment }, signal });
    const stdout: Buffer[] = [];
    let byteCount = 0;
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => {
      byteCount += chunk.length;
      if (byteCount <= MAX_RESULT_BYTES) stdout.push(chunk);
      else child.kill();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk);
      told = `${told}${chunk}`.slice(-MAX_TOLD_CHARACTERS);
    });
    // A command need not read what it gets.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error) => {
      if (signal.aborted) reject(new PolywireError(ErrorCode.CANCELLED, 'nobody waits for the result any more'));
      else reject(failed(`the command could not be run: ${error.message}`, {}));
    });
    child.on('close', (code, killedBy) => {
      if (byteCount > MAX_RESULT_BYTES) reject(failed(`the command said more than ${MAX_RESULT_BYTES} bytes`, {}));
      else if (code === 0) resolve(Buffer.concat(stdout));
      else {
        const how = code === null ? `was ended by ${killedBy}` : `ended with code ${code}`;
        const words = told.trim();
        const details = code === null ? {} : { exit_code: String(code) };
        reject(failed(`the command ${how}${words === '' ? '' : `: ${words}`}`, details));
      }
    });
  });
}

function failed(text: string, details: Readonly<Record<string, string>>): PolywireError {
  return new PolywireError(ErrorCode.INTERNAL, text, { details });
}
