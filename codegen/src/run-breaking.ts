import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type BreakingFinding, compareFindings } from './breaking-finding.js';
import { checkBreaking } from './check-breaking.js';

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const BUF_FOUND_SOMETHING = 100;

export interface BreakingOptions {
  /** Directory of the schema as it is: where its buf.yaml is. */
  readonly schemaDir: string;
  /** Image of the schema as it was, made with `buf build -o`. Default: `baseline.binpb` in schemaDir. */
  readonly baselinePath?: string;
}

/**
 * Everything that breaks programs made with the baseline: what `buf breaking` finds, and what
 * changed in the options that buf does not look at. Empty: nothing does.
 * Throws when the schema or the baseline cannot be read.
 */
export async function runBreaking({ schemaDir, baselinePath }: BreakingOptions): Promise<BreakingFinding[]> {
  const directory = resolve(schemaDir);
  const baseline = resolve(baselinePath ?? join(directory, 'baseline.binpb'));
  const baselineImage = await readBaseline(baseline);
  const [fromBuf, image] = await Promise.all([bufFindings(directory, baseline), buildImage(directory)]);
  return [...fromBuf, ...checkBreaking(baselineImage, image)].sort(compareFindings);
}

async function readBaseline(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Error(`cannot read the baseline ${path}: make it with "buf build <schema> -o ${path}"`, { cause });
  }
}

async function buildImage(directory: string): Promise<Uint8Array> {
  const temporary = await mkdtemp(join(tmpdir(), 'polywire-breaking-'));
  try {
    const path = join(temporary, 'current.binpb');
    const { exitCode, stderr } = await buf(['build', directory, '-o', path]);
    if (exitCode !== 0) throw new Error(`buf cannot build ${directory}:\n${stderr}`);
    return await readFile(path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** One line of `buf breaking --error-format=json`. */
interface BufFinding {
  readonly path?: string;
  readonly start_line?: number;
  readonly start_column?: number;
  readonly type: string;
  readonly message: string;
}

async function bufFindings(directory: string, baseline: string): Promise<BreakingFinding[]> {
  const { exitCode, stdout, stderr } = await buf(['breaking', directory, '--against', baseline, '--error-format=json']);
  if (exitCode === 0) return [];
  if (exitCode !== BUF_FOUND_SOMETHING) throw new Error(`buf cannot compare ${directory} with ${baseline}:\n${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const found = JSON.parse(line) as BufFinding;
      return {
        file: found.path === undefined ? '' : relative(directory, resolve(found.path)).split(sep).join('/'),
        line: found.start_line ?? 0,
        column: found.start_column ?? 0,
        rule: found.type,
        message: found.message,
      };
    });
}

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function buf(args: readonly string[]): Promise<Outcome> {
  const script = join(dirname(createRequire(import.meta.url).resolve('@bufbuild/buf/package.json')), 'bin/buf');
  return new Promise((done, fail) => {
    execFile(process.execPath, [script, ...args], { maxBuffer: MAX_OUTPUT_BYTES }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === 'number') done({ exitCode, stdout, stderr });
      else fail(error);
    });
  });
}
