import type { Entry } from '../run-bench.js';
import type { Ratio } from '../run-scenario.js';

// Narrow, so that a telephone need not shrink it; each label is above its bar.
const WIDTH = 420;
const MARGIN = 12;
const BARS_END = 306;
const LABEL_HEIGHT = 17;
const BAR_HEIGHT = 11;
const ROW_HEIGHT = LABEL_HEIGHT + BAR_HEIGHT + 7;
const TITLE_HEIGHT = 36;
const TOP = 72;
const LEAST = 1 / 8;
const MOST = 16;

const style = `
  .page { fill: #ffffff }
  text { font: 13px system-ui, sans-serif; fill: #24292f; stroke: #ffffff; stroke-width: 4px; paint-order: stroke }
  .title { font-weight: 600; font-size: 14px } .note { fill: #57606a; font-size: 12px } .end { text-anchor: end }
  .middle { text-anchor: middle }
  .axis { stroke: #d0d7de; stroke-width: 1 } .one { stroke: #6e7781; stroke-width: 1 }
  .reached { fill: #2da44e } .missed { fill: #cf222e } .wish { fill: #bf8700 } .bound { stroke: #24292f; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } text { fill: #e6edf3; stroke: #0d1117 } .note { fill: #9198a1 }
    .axis { stroke: #30363d } .one { stroke: #9198a1 } .bound { stroke: #e6edf3 }
    .reached { fill: #3fb950 } .missed { fill: #f85149 } .wish { fill: #d29922 }
  }`;

/**
 * Every ratio as a bar that begins at 1, as good as the peer, on a logarithmic scale. Where lower is better the ratio
 * is turned round.
 */
export function chart(entries: readonly Entry[]): string {
  const rows: string[] = [];
  let y = TOP;
  for (const { result } of entries) {
    if (result.ratios.length === 0) continue;
    y += TITLE_HEIGHT;
    rows.push(`<text class="title" x="${MARGIN}" y="${y - 8}">${escapeXml(result.title)}</text>`);
    for (const ratio of result.ratios) {
      rows.push(row(ratio, result.better, y));
      y += ROW_HEIGHT;
    }
  }
  const height = y + MARGIN;
  const ticks = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16].map((value) => {
    const x = xOf(value).toFixed(1);
    const label = value < 1 ? `1/${1 / value}` : String(value);
    return `<line class="${value === 1 ? 'one' : 'axis'}" x1="${x}" y1="${TOP + 6}" x2="${x}" y2="${height - MARGIN}"/><text class="note middle" x="${x}" y="${TOP}">${label}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Ratios to the peers">
<style>${style}
</style>
<rect class="page" width="${WIDTH}" height="${height}"/>
<text class="title" x="${MARGIN}" y="24">Polywire beside its peers</text>
<text class="note" x="${MARGIN}" y="44">1: as good as the peer; the stroke is to be reached, ~ a wish</text>
${ticks.join('\n')}
${rows.join('\n')}
</svg>
`;
}

function row(ratio: Ratio, better: 'higher' | 'lower', y: number): string {
  const [value, bound] = better === 'higher' ? [ratio.decisive, ratio.bound] : [1 / ratio.decisive, 1 / ratio.bound];
  const [from, to] = [xOf(1), xOf(value)].sort((a, b) => a - b) as [number, number];
  const stroke = xOf(bound).toFixed(1);
  const [kind, mark] = ratio.reached ? ['reached', '✓'] : ratio.isWish ? ['wish', '~'] : ['missed', '✗'];
  const top = y + LABEL_HEIGHT;
  const figures = `${mark} ${value.toFixed(value >= 10 ? 0 : 2)} of ${Number(bound.toFixed(2))}`;
  return [
    `<text x="${MARGIN}" y="${y + LABEL_HEIGHT - 4}">${escapeXml(`${ratio.point}: ${ratio.contestant} / ${ratio.against}`)}</text>`,
    `<rect class="${kind}" x="${from.toFixed(1)}" y="${top}" width="${Math.max(1, to - from).toFixed(1)}" height="${BAR_HEIGHT}"/>`,
    `<line class="bound" x1="${stroke}" y1="${top - 2}" x2="${stroke}" y2="${top + BAR_HEIGHT + 2}"/>`,
    `<text class="end" x="${WIDTH - MARGIN}" y="${top + BAR_HEIGHT - 1}">${figures}</text>`,
  ].join('');
}

/** What is beyond the scale ends where it ends. */
function xOf(value: number): number {
  const share = Math.log(Math.min(Math.max(value, LEAST), MOST) / LEAST) / Math.log(MOST / LEAST);
  return MARGIN + share * (BARS_END - MARGIN);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
