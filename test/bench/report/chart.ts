import type { Entry } from '../run-bench.js';
import type { Ratio } from '../run-scenario.js';

const WIDTH = 900;
const LABEL_WIDTH = 430;
const ROW_HEIGHT = 18;
const HEAD_HEIGHT = 30;
const TOP = 46;
const MAX_RATIO = 2;

const style = `
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 14px }
  .axis { stroke: #8c959f; stroke-width: 1 }
  .reached { fill: #2da44e } .missed { fill: #cf222e } .wish { fill: #bf8700 } .bound { stroke: #24292f; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .axis { stroke: #6e7681 } .bound { stroke: #e6edf3 }
    .reached { fill: #3fb950 } .missed { fill: #f85149 } .wish { fill: #d29922 }
  }`;

/** Every ratio as a bar: how much of the peer was reached. Where lower is better the ratio is turned round. */
export function chart(entries: readonly Entry[]): string {
  const parts: string[] = [];
  let y = TOP;
  for (const { result } of entries) {
    if (result.ratios.length === 0) continue;
    y += HEAD_HEIGHT;
    parts.push(`<text class="title" x="8" y="${y - 8}">${escapeXml(result.title)}</text>`);
    for (const ratio of result.ratios) {
      parts.push(bar(ratio, result.better, y));
      y += ROW_HEIGHT;
    }
  }
  const height = y + 16;
  const one = xOf(1);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Ratios to the peers">
<style>${style}
</style>
<text class="title" x="8" y="22">Polywire beside its peers (1: as good as the peer); the stroke has to be reached (amber: a wish)</text>
<text x="${one - 4}" y="${TOP - 4}">1</text>
<line class="axis" x1="${one}" y1="${TOP}" x2="${one}" y2="${height - 12}"/>
${parts.join('\n')}
</svg>
`;
}

function bar(ratio: Ratio, better: 'higher' | 'lower', y: number): string {
  const [value, bound] = better === 'higher' ? [ratio.decisive, ratio.bound] : [1 / ratio.decisive, 1 / ratio.bound];
  const end = xOf(value);
  const label = `${ratio.point}: ${ratio.contestant} / ${ratio.against}`;
  const stroke = xOf(bound);
  return [
    `<text x="16" y="${y + 12}">${escapeXml(label)}</text>`,
    `<rect class="${ratio.reached ? 'reached' : ratio.isWish ? 'wish' : 'missed'}" x="${LABEL_WIDTH}" y="${y + 2}" width="${(end - LABEL_WIDTH).toFixed(1)}" height="${ROW_HEIGHT - 5}"/>`,
    `<line class="bound" x1="${stroke}" y1="${y}" x2="${stroke}" y2="${y + ROW_HEIGHT - 1}"/>`,
    `<text x="${(end + 6).toFixed(1)}" y="${y + 12}">${value.toFixed(2)}</text>`,
  ].join('');
}

/** A bar of more than twice the peer ends where twice ends. */
function xOf(value: number): number {
  return LABEL_WIDTH + (Math.min(value, MAX_RATIO) / MAX_RATIO) * (WIDTH - LABEL_WIDTH - 60);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
