import { decode, WireError } from '@polywire/protocol/wire';
import { describe, expect, it } from 'vitest';
import { checkBytes, fuzz } from './differential.js';
import { regressions } from './regressions.js';
import { loadTargets, messagesOfSchema } from './targets.js';

const seed = Number(process.env.POLYWIRE_FUZZ_SEED ?? 20_260_901);
const runs = Number(process.env.POLYWIRE_FUZZ_RUNS ?? 250_000);

describe('our codecs and @bufbuild/protobuf', async () => {
  const targets = await loadTargets();

  it('covers every message of the schema', () => {
    const covered = new Set(targets.map((target) => target.typeName));
    expect(messagesOfSchema().filter((name) => !covered.has(name))).toEqual([]);
    expect(covered.size).toBeGreaterThan(100);
  });

  it.each(regressions)('agree: $name', ({ typeName, hex, refused }) => {
    const target = targets.find((candidate) => candidate.typeName === typeName);
    if (target === undefined) throw new Error(`no type ${typeName}`);
    const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
    let reason: unknown = 'none';
    try {
      decode(target.codec, bytes);
    } catch (error) {
      reason = WireError.is(error) ? error.reason : error;
    }
    expect(reason).toBe(refused ?? 'none');
    expect(checkBytes(target, bytes)).toBe(refused === undefined ? 'accepted' : 'refused');
  });

  it(`agree on ${runs} inputs, seed ${seed}`, { timeout: 300_000 }, () => {
    const startedAt = performance.now();
    const result = fuzz(targets, { seed, runs });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(
      `fuzz: seed ${seed}, ${result.inputs} inputs of ${targets.length} types in ${seconds} s: ` +
        `${result.accepted} accepted, ${result.refused} refused, ${result.encoded} encoded\n`,
    );
    expect(result.disagreements).toEqual([]);
    expect(result.accepted).toBeGreaterThan(runs / 4);
    expect(result.refused).toBeGreaterThan(runs / 20);
  });
});
