import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../rules/source-files.js';

export interface RunServerOptions {
  /** Default: this process's Node. */
  readonly node?: string;
  /** Default: a new directory, removed at the end. */
  readonly dataDir?: string;
  readonly store?: 'memory' | 'lmdb';
  /** TOML beyond the listeners. */
  readonly toml?: string;
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A server in a process of its own, started by the command line as a user would. */
export interface RunningServer {
  readonly wsUrl: string;
  readonly tcpUrl: string;
  readonly httpUrl: string;
  readonly child: ChildProcess;
  /** Everything it has written to stderr. */
  log(): string;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** A directory of its own for a test; `remove` deletes it. */
export function temporaryDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'polywire-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

const START_TIMEOUT_MS = 20_000;

/** Starts a server on free ports and resolves when it listens. */
export async function runServer(options: RunServerOptions = {}): Promise<RunningServer> {
  const work = temporaryDirectory();
  const config = join(work.path, 'polywire.toml');
  writeFileSync(
    config,
    `[[listen]]\ntransport = "ws"\nport = 0\n\n[[listen]]\ntransport = "tcp"\nport = 0\n\n${options.toml ?? ''}\n`,
  );
  const args = [join(root, 'cli/bin/run.js'), 'serve', '--config', config, '--store', options.store ?? 'lmdb'];
  args.push('--data', options.dataDir ?? join(work.path, 'data'));
  // Settings of the tests are not settings of the server.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('POLYWIRE_')));
  const child = spawn(options.node ?? process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: work.path,
    env: { ...env, ...options.env },
  });
  let log = '';
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('exit', (code, signal) => {
      work.remove();
      resolve({ code, signal });
    });
  });
  const addresses = await new Promise<string[]>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the server did not start:\n${log}`)), START_TIMEOUT_MS);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      const found = [...log.matchAll(/listening on (\w+:\/\/[^\s"\\]+)/g)].map((match) => match[1] as string);
      if (found.length < 2) return;
      clearTimeout(timer);
      resolve(found);
    });
    const onEnd = ({ code }: { code: number | null }): void => {
      clearTimeout(timer);
      reject(new Error(`the server ended with code ${code}:\n${log}`));
    };
    ended.then(onEnd, reject);
  });
  const wsUrl = addresses.find((address) => address.startsWith('ws:')) as string;
  return {
    wsUrl,
    tcpUrl: addresses.find((address) => address.startsWith('tcp:')) as string,
    httpUrl: wsUrl.replace(/^ws:/, 'http:').replace(/\/polywire$/, ''),
    child,
    log: () => log,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}
