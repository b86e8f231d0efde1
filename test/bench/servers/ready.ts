/** Tells the bench where this server listens, and lets SIGTERM end it as an exit does, so that profiles are written. */
export function ready(ports: Readonly<Record<string, number>>): void {
  process.on('SIGTERM', () => process.exit(0));
  process.on('message', (collect) => process.send?.(memoryUse(collect === true)));
  process.stdout.write(`${JSON.stringify({ ports })}\n`);
}

/** What a process takes, in bytes. */
export interface MemoryUse {
  readonly rss: number;
  /** Of JavaScript, with what its buffers hold. */
  readonly heap: number;
  /** Of JavaScript alone. */
  readonly objects: number;
}

/** With `collect` after the garbage is gone, which needs --expose-gc. */
function memoryUse(collect: boolean): MemoryUse {
  for (let round = 0; collect && round < 4; round++) (globalThis as { gc?: () => void }).gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external, objects: heapUsed };
}
