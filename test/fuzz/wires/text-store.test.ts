import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeCommand } from '../../../server/dialects/text/decode.js';
import { encodeRefusedStore } from '../../../server/dialects/text/encode.js';
import { readStationPath } from '../../../server/dialects/text/station-path.js';
import { root } from '../../rules/source-files.js';
import type { Random } from '../random.js';
import { FUZZ_TIMEOUT_MS, fuzzDecoder, fuzzRuns, timed } from './fuzz-decoder.js';

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

describe('the text store takes anything', () => {
  it(`${fuzzRuns} commands`, { timeout: FUZZ_TIMEOUT_MS }, async () => {
    let command = decodeCommand('');
    const seen = await fuzzDecoder({
      name: 'text store: commands',
      make: (random) => mutated(random, texts, pieces),
      decode: (text) => {
        command = decodeCommand(text);
        return [command.type];
      },
      // Nothing of a text is lost, whatever it means.
      check: (text) => {
        const back =
          command.type === 'store'
            ? encodeRefusedStore(command.key, command.value).slice('Echo: '.length)
            : command.type === 'read'
              ? `READ:${command.key}`
              : command.text;
        if (back !== text) expect(back).toBe(text);
      },
    });
    for (const type of ['store', 'read', 'echo']) expect(seen.get(type)).toBeGreaterThan(fuzzRuns / 100);
  });

  it(`${fuzzRuns} paths`, { timeout: FUZZ_TIMEOUT_MS }, async () => {
    let found = readStationPath('', '/ocpp');
    const seen = await fuzzDecoder({
      name: 'text store: paths',
      make: (random) => mutated(random, paths, escapes),
      decode: (path) => {
        found = readStationPath(path, '/ocpp');
        return [found.stationId === undefined ? 'no station' : 'station'];
      },
      check: () => {
        const { suffix, segments, stationId } = found;
        if (suffix !== '' && segments.join('/') !== suffix) expect(segments.join('/')).toBe(suffix);
        const expected = suffix.startsWith('ocpp/') ? suffix.split('/')[1] : undefined;
        if (stationId !== expected) expect(stationId).toBe(expected);
      },
    });
    expect(seen.get('station')).toBeGreaterThan(fuzzRuns / 10);
    expect(seen.get('no station')).toBeGreaterThan(fuzzRuns / 10);
  });

  it('long ones too', () => {
    const colons = ':'.repeat(4_000_000);
    expect(timed(() => expect(decodeCommand(`STORE:${colons}`).type).toBe('store'))).toBeLessThan(500);
    expect(timed(() => readStationPath(`/ocpp/${'%41'.repeat(20_000)}`, '/ocpp'))).toBeLessThan(500);
    expect(timed(() => readStationPath(`/ocpp/${'%4'.repeat(20_000)}`, '/ocpp'))).toBeLessThan(500);
  });
});
