/** A figure with three digits that count: 1.23 M, 456 k, 12.3. */
export function figure(value: number): string {
  if (value >= 1e6) return `${digits(value / 1e6)} M`;
  if (value >= 1e3) return `${digits(value / 1e3)} k`;
  return digits(value);
}

function digits(value: number): string {
  if (value === 0) return '0';
  const before = Math.floor(Math.log10(Math.abs(value))) + 1;
  return value.toFixed(Math.min(3, Math.max(0, 3 - before)));
}

/** Microseconds, or milliseconds when there are many. */
export function duration(us: number): string {
  return us < 1000 ? `${digits(us)} µs` : `${digits(us / 1000)} ms`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
