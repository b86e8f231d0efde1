/**
 * How long a contestant is under load before it is measured. V8 compiles for more than a second after a server was started, on
 * the core of that server: what is measured is a server that runs, beside peers that were warmed up as long. A short
 * look at a scenario has a short warm-up.
 */
export function warmupSecondsOf(seconds: number): number {
  return Math.min(1.5, seconds * 2);
}
