import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../rules/source-files.js';

/** One test that has run. */
export interface RanTest {
  /** Such as "test/e2e/wires/kv.test.ts". */
  readonly file: string;
  /** Titles of its groups, then its own, with spaces between. */
  readonly name: string;
  readonly title: string;
  readonly passed: boolean;
}

interface WireFiles {
  readonly wire: string;
  /** Below test/conformance/wires. */
  readonly vectors: string;
  /** Below test/e2e/wires. */
  readonly tests: readonly string[];
}

const wires: readonly WireFiles[] = [
  { wire: 'text store', vectors: 'text-store.json', tests: ['text-store.test.ts'] },
  { wire: 'KV server', vectors: 'kv.json', tests: ['kv.test.ts', 'kv-codec.test.ts'] },
  { wire: 'BanIO', vectors: 'banio.json', tests: ['banio.test.ts', 'banio-codec.test.ts'] },
  { wire: 'MsgTrans', vectors: 'msgtrans.json', tests: ['msgtrans.test.ts'] },
  { wire: 'Redis relay', vectors: 'relay.json', tests: ['relay.test.ts'] },
];

/** How a vector's bytes were sent, by what the name of its test says. */
const isSplit = /byte by byte|every byte|in two|in its segments/;
const isBoth = /whole and cut/;
const isTogether = /in one write|in one stream|all at once|in one piece/;

/**
 * The row of each wire whose vectors were all tried: `| wire | vectors | whole | split | together | passed |`.
 * A vector is found in a title that is its name, maybe with a word before and more behind.
 */
export function wireRows(tests: readonly RanTest[]): ReadonlyMap<string, string> {
  const rows = new Map<string, string>();
  for (const { wire, vectors, tests: files } of wires) {
    const text = readFileSync(join(root, 'test/conformance/wires', vectors), 'utf8');
    const names = (JSON.parse(text) as { name: string }[]).map(({ name }) => name);
    const whole = new Set<string>();
    const split = new Set<string>();
    const failed = new Set<string>();
    let together = 0;
    for (const { file, name, title, passed } of tests) {
      if (!files.some((each) => file.endsWith(`/wires/${each}`))) continue;
      const vector = vectorOf(title, names);
      if (isTogether.test(title) && passed) together++;
      if (vector === undefined) continue;
      if (!passed) failed.add(vector);
      if (!isSplit.test(name) || isBoth.test(name)) whole.add(vector);
      if (isSplit.test(name)) split.add(vector);
    }
    const tried = new Set([...whole, ...split]);
    if (tried.size < names.length) continue;
    const passedCount = names.length - failed.size;
    const cells = [wire, names.length, whole.size, split.size, together > 0 ? 'yes' : '-', passedCount];
    rows.set(wire, `| ${cells.join(' | ')} |`);
  }
  return rows;
}

function vectorOf(title: string, names: readonly string[]): string | undefined {
  const bare = title.replaceAll("'", '').replace(/^(session|path|handshake|steps of) /, '');
  const found = names.filter((name) => bare === name || bare.startsWith(`${name} `) || bare.startsWith(`${name},`));
  return found.sort((a, b) => b.length - a.length)[0];
}

export const wireCount: number = wires.length;

/** The page with these rows. */
export function wiresPage(rows: ReadonlyMap<string, string>): string {
  return `# Conformance of the older wires

Written by \`npm run conformance:wires\`; a run of all tests fails when it is out of date. Do not edit.

Every vector in \`wires/\` is sent to a running server, or read and written by the codec where it is one of a server's
messages, and what comes back is compared byte for byte (compressed data: after inflating).

| wire | vectors | whole | split | together | passed |
| ---- | ------- | ----- | ----- | -------- | ------ |
${[...rows.values()].join('\n')}

- **whole**: vectors that were sent in one piece.
- **split**: vectors that were sent byte by byte, or cut in two; on WebSocket, frames byte by byte and requests in
  two. What only the server sends, and paths and handshakes of the text store, are not split.
- **together**: whether many vectors were sent in one write, and answered in order.
- **passed**: vectors of which every test passed.
`;
}
