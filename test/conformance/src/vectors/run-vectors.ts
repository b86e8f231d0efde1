import { Requirement, Verdict } from '@polywire/protocol/polywire.conformance.v1';
import type { ResultBuilder } from '../run/result-builder.js';
import { judge, type VerdictRules } from '../run/verdict.js';
import { BuiltInCodec } from './built-in-codec.js';
import { checkVector, type VectorOutcome } from './check-vector.js';
import type { VectorCodec } from './codec.js';
import { CommandCodec } from './command-codec.js';
import { loadVectors } from './load-vectors.js';
import { checkStream, packetStreams } from './packet-streams.js';

/** What vectors are fed to: this project's own codecs, or a program (see `CommandCodec`). */
export type CodecUnderTest = 'built-in' | { readonly command: string } | VectorCodec;

interface VectorRun {
  readonly selected: (path: string) => boolean;
  readonly rules: VerdictRules;
  readonly results: ResultBuilder;
  readonly timeoutMs: number;
}

/** Runs the vectors suite and returns the paths of all its cases, selected or not. */
export async function runVectors(under: CodecUnderTest, run: VectorRun): Promise<string[]> {
  const cases = await vectorCases();
  const chosen = cases.filter(({ path }) => run.selected(path));
  if (chosen.length > 0) {
    const codec = open(under, run.timeoutMs);
    try {
      for (const each of chosen) await runOne(codec, each, run);
    } finally {
      await codec.close();
    }
  }
  return cases.map(({ path }) => path);
}

interface VectorCase {
  readonly path: string;
  readonly check: (codec: VectorCodec) => Promise<VectorOutcome>;
}

async function vectorCases(): Promise<VectorCase[]> {
  const streams = packetStreams().map(
    (stream): VectorCase => ({
      path: `vectors/packet-stream/${stream.name}`,
      check: async (codec) => {
        if (codec.cutStream === undefined)
          return { failure: undefined, skip: 'the codec does not cut streams into packets' };
        return { failure: checkStream({ cutStream: codec.cutStream }, stream) };
      },
    }),
  );
  const vectors = (await loadVectors()).map(
    (vector): VectorCase => ({
      path: `vectors/${vector.form}/${vector.type}/${vector.name}`,
      check: (codec) => checkVector(codec, vector),
    }),
  );
  return [...streams, ...vectors];
}

async function runOne(codec: VectorCodec, { path, check }: VectorCase, run: VectorRun): Promise<void> {
  const startedAtMs = performance.now();
  const outcome = await check(codec).catch((error: Error): VectorOutcome => ({ failure: error.message }));
  const elapsedMs = Math.round(performance.now() - startedAtMs);
  if (outcome.skip !== undefined) {
    run.results.add({ path, verdict: Verdict.SKIPPED, text: outcome.skip });
    return;
  }
  run.results.add({ path, elapsedMs, ...judge(path, Requirement.MUST, outcome, run.rules) });
}

function open(under: CodecUnderTest, timeoutMs: number): VectorCodec {
  if (under === 'built-in') return new BuiltInCodec();
  return 'command' in under ? new CommandCodec(under.command, timeoutMs) : under;
}
