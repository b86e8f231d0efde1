import { type Bench, startFlags } from './bench.js';
import { scriptPath } from './scripts.js';
import type { MemoryUse } from './servers/ready.js';

/** A server that listens. */
export interface RunningServer {
  readonly pid: number;
  /** Ports, by name of the wire. */
  port(name: string): number;
  /** What it takes, with `collect` after its garbage is gone and its memory given back. Needs `memory` at its start. */
  memory(collect: boolean): Promise<MemoryUse>;
  stop(): Promise<void>;
}

/** Starts a script of `servers/` on the servers' core. */
export async function serveScript(
  bench: Bench,
  name: string,
  argument?: string,
  { memory = false, flags: given = [] }: { readonly memory?: boolean; readonly flags?: readonly string[] } = {},
): Promise<RunningServer> {
  const flags = [...startFlags, ...given];
  const command = [process.execPath, ...flags, await scriptPath(`servers/${name}`)];
  if (argument !== undefined) command.push(argument);
  const started = await bench.startServer(command, {
    ipc: memory,
    ...(bench.profilePath !== undefined && { env: { BENCH_PROFILE: bench.profilePath } }),
  });
  const { ports } = (await started.line()) as { ports: Record<string, number> };
  return {
    pid: started.pid,
    port: (wire) => ports[wire] as number,
    stop: () => started.stop(),
    memory: (collect) =>
      new Promise((resolve) => {
        started.child.once('message', (message) => resolve(message as MemoryUse));
        started.child.send(collect);
      }),
  };
}
