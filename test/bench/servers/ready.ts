/** Tells the bench where this server listens, and lets SIGTERM end it as an exit does, so that profiles are written. */
export function ready(ports: Readonly<Record<string, number>>): void {
  process.on('SIGTERM', () => process.exit(0));
  process.on('message', () => process.send?.(memoryAfterCollection()));
  process.stdout.write(`${JSON.stringify({ ports })}\n`);
}

/** What a process takes when its garbage is gone, in bytes. */
export interface MemoryUse {
  readonly rss: number;
  /** Of JavaScript, with what its buffers hold. */
  readonly heap: number;
}

/** Needs --expose-gc. */
function memoryAfterCollection(): MemoryUse {
  for (let round = 0; round < 4; round++) (globalThis as { gc?: () => void }).gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external };
}
