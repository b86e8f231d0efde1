/** Tells the bench where this server listens, and lets SIGTERM end it as an exit does, so that profiles are written. */
export function ready(ports: Readonly<Record<string, number>>): void {
  process.on('SIGTERM', () => process.exit(0));
  process.on('message', () => process.send?.({ rssBytes: rssAfterCollection() }));
  process.stdout.write(`${JSON.stringify({ ports })}\n`);
}

/** What the process takes when its garbage is gone. Needs --expose-gc. */
function rssAfterCollection(): number {
  for (let round = 0; round < 4; round++) (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage.rss();
}
