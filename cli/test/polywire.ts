import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createServer, memory, tcp, ws } from '@polywire/server';
import { afterAll, beforeAll } from 'vitest';

const bin = fileURLToPath(new URL('../bin/run.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

/** A running command. */
export interface Running {
  readonly process: ChildProcess;
  /** Resolves when stderr has this text; rejects when the command ends without it. */
  said(text: string): Promise<void>;
  readonly done: Promise<Outcome>;
}

/** Starts the real program, as a user does. */
export function start(args: readonly string[], options: RunOptions = {}): Running {
  const { POLYWIRE_URL: _url, POLYWIRE_TOKEN: _token, ...inherited } = process.env;
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...inherited, ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  const stdout: Buffer[] = [];
  let stderr = '';
  const waiting: { text: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  const check = (): void => {
    for (const each of waiting) if (stderr.includes(each.text)) each.resolve();
  };
  child.stdout.on('data', (chunk) => stdout.push(chunk));
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    check();
  });
  // A command that fails early does not read its stdin.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  const done = new Promise<Outcome>((resolve) => {
    child.on('close', (code) => {
      for (const each of waiting) each.reject(new Error(`it ended without "${each.text}"; stderr: ${stderr}`));
      const stdoutBytes = Buffer.concat(stdout);
      resolve({ code, stdout: stdoutBytes.toString(), stdoutBytes, stderr });
    });
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ text, resolve, reject });
      check();
    });
  return { process: child, said, done };
}

/** Runs the real program to its end. */
export function polywire(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return start(args, options).done;
}

/** A server with a memory store on free ports. */
export async function startServer() {
  const server = await createServer({ listeners: [ws({ port: 0 }), tcp({ port: 0 })], store: memory() });
  const addressOf = (scheme: string): string => String(server.addresses.find((each) => each.startsWith(scheme)));
  return { url: addressOf('ws:'), tcpUrl: addressOf('tcp:'), close: () => server.close({ drainMs: 0 }) };
}

/** One for all tests of a file, and commands that talk to it. */
export function useServer() {
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());
  const atServer = (options: RunOptions): RunOptions => ({
    ...options,
    env: { POLYWIRE_URL: server.url, ...options.env },
  });
  return {
    polywire: (args: readonly string[], options: RunOptions = {}) => polywire(args, atServer(options)),
    start: (args: readonly string[], options: RunOptions = {}) => start(args, atServer(options)),
    wsUrl: () => server.url,
    tcpUrl: () => server.tcpUrl,
  };
}
