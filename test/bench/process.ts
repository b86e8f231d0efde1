import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A channel for messages, as `child_process` has it. */
  readonly ipc?: boolean;
}

/** A process that the bench started. Its stdout is lines of JSON. */
export interface StartedProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The next line. @throws Error when the process ends before it, with what it wrote to stderr */
  line(): Promise<unknown>;
  /** SIGTERM, and SIGKILL when that does not help within five seconds. */
  stop(): Promise<void>;
}

const STOP_MS = 5000;
/** Nothing outlives the bench, however it ends. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function startProcess(command: readonly string[], options: StartOptions): StartedProcess {
  const [program, ...args] = command as [string, ...string[]];
  // Settings of a user are not settings of a measurement.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('POLYWIRE_')));
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe', ...(options.ipc ? ['ipc' as const] : [])],
    env: { ...env, ...options.env },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4000);
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  const ended = once(child, 'close');
  ended.catch(() => {});
  return {
    child,
    pid: child.pid ?? 0,
    line: async () => {
      const next = await lines.next();
      if (!next.done) return JSON.parse(next.value);
      await ended;
      throw new Error(`${command.join(' ')} ended (${child.exitCode ?? child.signalCode}):\n${errors}`);
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
