import type { Summary } from './summary.js';

const head = ['', 'median/s', 'min to max', 'p50', 'p99', 'max', 'server', 'load', 'saturated'];

/** The results as lines of columns. */
export function benchTable(results: readonly Summary[]): string {
  const rows = results.map(({ operation, perSecond, latencyUs, serverCores, loadCores, saturated }) => [
    operation,
    count(perSecond.median),
    `${count(perSecond.min)} to ${count(perSecond.max)}`,
    duration(latencyUs.p50),
    duration(latencyUs.p99),
    duration(latencyUs.max),
    serverCores === null ? '' : percent(serverCores),
    percent(loadCores),
    saturated,
  ]);
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? title).length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return `${[head, ...rows].map(line).join('\n')}\n`;
}

/** With three digits that count. */
function count(value: number): string {
  const [scaled, unit] = value >= 1e6 ? [value / 1e6, ' M'] : value >= 1e3 ? [value / 1e3, ' k'] : [value, ''];
  return `${scaled.toFixed(scaled >= 100 || unit === '' ? 0 : scaled >= 10 ? 1 : 2)}${unit}`;
}

function duration(us: number): string {
  return us < 1000 ? `${us} µs` : `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
