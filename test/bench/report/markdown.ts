import type { Entry } from '../run-bench.js';
import type { Figure, Ratio } from '../run-scenario.js';
import { duration, figure, percent } from './format.js';

/** The results as a page. */
export function markdown(entries: readonly Entry[]): string {
  const parts = ['# Results', '', 'Written by `npm run bench`; how to read it is in [README.md](../README.md).', ''];
  parts.push('![Ratios to the peers](results.svg)', '');
  for (const entry of entries) parts.push(...section(entry), '');
  return parts.join('\n');
}

function section({ machine, rounds, seconds, result }: Entry): string[] {
  const { cpu, cores, memoryGiB, kernel, node, commit, date } = machine;
  const lines = [`## ${result.title} (\`${result.name}\`)`, '', result.note, ''];
  lines.push(
    `${rounds} rounds of ${seconds} s, ${date.slice(0, 16).replace('T', ' ')}, commit ${commit}; ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${kernel}, Node ${node}. Others used ${percent(result.otherCpu)} of a core meanwhile.`,
    '',
  );
  lines.push(...figureTable(result.figures, result.unit));
  if (result.ratios.length > 0) lines.push('', ...ratioTable(result.ratios, result.better));
  for (const { contestant, point, value, bound, reached } of result.limits) {
    lines.push(
      '',
      `${contestant}, ${point}: ${figure(value)} ${result.unit}, wanted ${figure(bound)}: ${verdict(reached)}.`,
    );
  }
  for (const { contestant, reason } of result.missing) lines.push('', `**Missing: ${contestant}.** ${reason}`);
  for (const { contestant, reason } of result.failed) {
    lines.push('', `**Failed: ${contestant}.**`, '', '```', reason.slice(0, 500), '```');
  }
  return lines;
}

function figureTable(figures: readonly Figure[], unit: string): string[] {
  const loaded = figures.some(({ serverCpu }) => serverCpu !== undefined);
  const timed = figures.some(({ p99Us }) => p99Us !== undefined);
  const head = ['', 'point', unit, 'min to max'];
  if (timed) head.push('p50', 'p99', 'max');
  if (loaded) head.push('server µs each', 'CPU server / load', 'saturated');
  const rows = figures.map((at) => {
    const cells = [at.contestant, at.point, figure(at.median), `${figure(at.min)} to ${figure(at.max)}`];
    if (timed) cells.push(...[at.p50Us, at.p99Us, at.maxUs].map((us) => (us === undefined ? '' : duration(us))));
    if (loaded) {
      const { serverUsPerMessage: us, serverCpu, loadCpu } = at;
      cells.push(us === undefined ? '' : us.toFixed(3));
      cells.push(serverCpu === undefined || loadCpu === undefined ? '' : `${percent(serverCpu)} / ${percent(loadCpu)}`);
      cells.push(at.saturated ?? '');
    }
    return cells;
  });
  return table(head, rows);
}

function ratioTable(ratios: readonly Ratio[], better: 'higher' | 'lower'): string[] {
  const head = [
    'point',
    'ratio of',
    'median',
    'min to max',
    'by CPU',
    better === 'higher' ? 'at least' : 'at most',
    'aim',
    '',
  ];
  const rows = ratios.map((ratio) => [
    ratio.point,
    `${ratio.contestant} / ${ratio.against}`,
    ratio.median.toFixed(2),
    `${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)}`,
    ratio.byCpu === undefined ? '' : ratio.byCpu.toFixed(2),
    String(ratio.bound),
    ratio.aim === undefined ? '' : String(ratio.aim),
    `${verdict(ratio.reached, ratio.isWish)}${ratio.decidedBy === 'median' ? '' : ', by CPU'}`,
  ]);
  return table(head, rows);
}

function verdict(reached: boolean, isWish = false): string {
  if (reached) return 'reached';
  return isWish ? 'a wish' : '**missed**';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
