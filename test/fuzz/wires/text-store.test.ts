import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeCommand } from '../../../server/dialects/text/decode.js';
import { encodeRefusedStore } from '../../../server/dialects/text/encode.js';
import { readStationPath } from '../../../server/dialects/text/station-path.js';
import { root } from '../../rules/source-files.js';
import { Random } from '../random.js';

const seed = Number(process.env.POLYWIRE_FUZZ_SEED ?? 20_261_121);
const runs = Number(process.env.POLYWIRE_FUZZ_RUNS ?? 100_000);
const MAX_MS = 50;

interface Vector {
  readonly text?: string;
  readonly path?: string;
}
const vectors: readonly Vector[] = JSON.parse(
  readFileSync(join(root, 'test/conformance/wires/text-store.json'), 'utf8'),
);
const texts = vectors.flatMap(({ text }) => (text === undefined ? [] : [text]));
const paths = vectors.flatMap(({ path }) => (path === undefined ? [] : [path]));

const pieces = [
  ':',
  '::',
  'STORE',
  'READ',
  'STORE:',
  'READ:',
  ' ',
  '\n',
  '\0',
  '😀',
  '\ud800',
  '\ufeff',
  '"',
  '{',
  'k',
];
const escapes = [
  '/',
  '//',
  '%',
  '%2',
  '%2F',
  '%25',
  '%FF',
  '%C3%A9',
  '%00',
  '+',
  '?',
  '#',
  '..',
  'ocpp',
  '/ocpp/',
  'é',
];

function mutated(random: Random, samples: readonly string[], insertions: readonly string[]): string {
  let text = random.pick(samples);
  for (let count = random.below(8); count > 0; count--) {
    const at = random.below(text.length + 1);
    const rest = random.oneIn(3) ? at + 1 + random.below(4) : at;
    text = text.slice(0, at) + random.pick(insertions) + text.slice(rest);
  }
  return text;
}

/** Runs `check` and returns the milliseconds that it took. */
function timed(check: () => void): number {
  const startedAt = performance.now();
  check();
  return performance.now() - startedAt;
}

describe('the text store takes anything', () => {
  it(`${runs} commands`, { timeout: 600_000 }, () => {
    const random = new Random(seed);
    const seen = { store: 0, read: 0, echo: 0 };
    let slowestMs = 0;
    for (let run = 0; run < runs; run++) {
      const text = mutated(random, texts, pieces);
      let command = decodeCommand('');
      slowestMs = Math.max(
        slowestMs,
        timed(() => {
          command = decodeCommand(text);
        }),
      );
      seen[command.type]++;
      // Nothing of a text is lost, whatever it means.
      if (command.type === 'store') expect(encodeRefusedStore(command.key, command.value)).toBe(`Echo: ${text}`);
      else if (command.type === 'read') expect(`READ:${command.key}`).toBe(text);
      else expect(command.text).toBe(text);
    }
    process.stdout.write(`text commands: ${runs} inputs, seed ${seed}, ${JSON.stringify(seen)}\n`);
    expect(Math.min(seen.store, seen.read, seen.echo)).toBeGreaterThan(runs / 100);
    expect(slowestMs).toBeLessThan(MAX_MS);
  });

  it(`${runs} paths`, { timeout: 600_000 }, () => {
    const random = new Random(seed);
    let stations = 0;
    let slowestMs = 0;
    for (let run = 0; run < runs; run++) {
      const path = mutated(random, paths, escapes);
      const tookMs = timed(() => {
        const { suffix, segments, stationId } = readStationPath(path, '/ocpp');
        if (suffix !== '') expect(segments.join('/')).toBe(suffix);
        expect(stationId).toBe(suffix.startsWith('ocpp/') ? suffix.split('/')[1] : undefined);
        if (stationId !== undefined) stations++;
      });
      slowestMs = Math.max(slowestMs, tookMs);
    }
    process.stdout.write(`text paths: ${runs} inputs, seed ${seed}, ${stations} with a station\n`);
    expect(stations).toBeGreaterThan(runs / 10);
    expect(slowestMs).toBeLessThan(MAX_MS);
  });

  it('long ones too', () => {
    const colons = ':'.repeat(4_000_000);
    expect(timed(() => expect(decodeCommand(`STORE:${colons}`).type).toBe('store'))).toBeLessThan(500);
    expect(timed(() => readStationPath(`/ocpp/${'%41'.repeat(20_000)}`, '/ocpp'))).toBeLessThan(500);
    expect(timed(() => readStationPath(`/ocpp/${'%4'.repeat(20_000)}`, '/ocpp'))).toBeLessThan(500);
  });
});
