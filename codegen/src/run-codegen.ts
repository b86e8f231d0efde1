import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { create, createFileRegistry, type DescFile, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { withoutHidden } from './literal.js';
import { difference, writeOutput } from './output-folder.js';
import { filesToEmit, runPlugin } from './plugin.js';
import { GENERATED_HEADER } from './typescript-file.js';

const require = createRequire(import.meta.url);
const packageDir = fileURLToPath(new URL('../..', import.meta.url));
const OPTIONS_FILE = 'polywire/options/v1/options.proto';

// Types only: codecs, clients and JSON are ours. Every option is there because its default differs.
const TS_PROTO_OPTIONS = [
  'env=both',
  'forceLong=bigint',
  'useJsTypeOverride=true',
  'oneof=unions-value',
  'useMapType=true',
  'removeEnumPrefix=true',
  'enumsAsLiterals=true',
  'unrecognizedEnum=false',
  'useDate=false',
  'outputEncodeMethods=false',
  'outputDecodeMethods=false',
  'outputJsonMethods=false',
  'outputPartialMethods=false',
  'outputServices=none',
  'outputClientImpl=false',
  'outputTypeAnnotations=false',
  'exportCommonSymbols=false',
  'annotateFilesWithVersion=false',
  'esModuleInterop=true',
  'importSuffix=.js',
  'emitImportedFiles=false',
];

export interface GenerateOptions {
  /** Folder of the .proto files. Imports are relative to it. */
  readonly schemaDir: string;
  readonly outDir: string;
  /** The schema is Polywire's own: the output carries the wire runtime. Default: false. */
  readonly own?: boolean;
  /** Write nothing; say what would change. Default: false. */
  readonly check?: boolean;
}

export interface GenerateResult {
  /** Files of the output. */
  readonly files: number;
  /** Paths, relative to the output, that differ from what was there, are new or are left over. */
  readonly changed: readonly string[];
  readonly elapsedMs: number;
}

/**
 * Compiles a schema: the only function of the generator that does I/O.
 * @throws SchemaError, or an Error with buf's own message, naming file, line and column
 */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const startedAt = performance.now();
  const own = options.own ?? false;
  const image = await buildImage(options.schemaDir);
  const request = makeRequest(image, own);
  if (request.fileToGenerate.every((name) => name === OPTIONS_FILE)) {
    throw new Error(`${options.schemaDir} has no .proto file`);
  }
  const stop = new AbortController();
  const types = runTsProto(request, stop.signal);
  const code = runBeside(types, stop, () => runPlugin(request));
  const output = new Map<string, string>();
  for (const file of (await types).file) output.set(`src/messages/${file.name}`, withoutHidden(file.content));
  for (const file of code.file) output.set(file.name, file.content);
  if (own) for (const [path, content] of readRuntime()) output.set(path, content);
  const changed = difference(options.outDir, output);
  if (options.check !== true) writeOutput(options.outDir, output, changed);
  return { files: output.size, changed, elapsedMs: Math.round(performance.now() - startedAt) };
}

/** Runs our plugin while ts-proto works. When the schema is wrong, ts-proto's opinion does not matter. */
function runBeside<T>(types: Promise<unknown>, stop: AbortController, run: () => T): T {
  types.catch(() => {});
  try {
    return run();
  } catch (error) {
    stop.abort();
    throw error;
  }
}

/** The schema as descriptors, in source info and all. A schema without the options file gets ours. */
async function buildImage(schemaDir: string): Promise<FileDescriptorProto[]> {
  const work = mkdtempSync(join(tmpdir(), 'polywire-codegen-'));
  try {
    const isSchema = (source: string): boolean => {
      const path = relative(schemaDir, source);
      return !path.split(sep).includes('node_modules') && (/\.(?:proto|yaml|lock)$/.test(path) || isFolder(source));
    };
    cpSync(schemaDir, work, { recursive: true, dereference: true, filter: isSchema });
    if (!existsSync(join(work, OPTIONS_FILE))) {
      mkdirSync(dirname(join(work, OPTIONS_FILE)), { recursive: true });
      cpSync(optionsFile(), join(work, OPTIONS_FILE));
    }
    const args = ['build', '--as-file-descriptor-set', '-o', '-'];
    const bytes = await run(bin('@bufbuild/buf', 'buf'), args, { cwd: work });
    return fromBinary(FileDescriptorSetSchema, bytes).file;
  } finally {
    rmSync(work, { recursive: true });
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** In the published package the file lies inside; in the repository beside it. */
function optionsFile(): string {
  const inside = join(packageDir, 'schema', OPTIONS_FILE);
  return existsSync(inside) ? inside : join(packageDir, '../schema', OPTIONS_FILE);
}

function makeRequest(protoFile: FileDescriptorProto[], own: boolean): CodeGeneratorRequest {
  const fileToGenerate = protoFile.map(({ name }) => name).filter((name) => !name.startsWith('google/protobuf/'));
  return create(CodeGeneratorRequestSchema, { protoFile, fileToGenerate, parameter: own ? 'own' : '' });
}

async function runTsProto(request: CodeGeneratorRequest, signal: AbortSignal) {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: request.protoFile }));
  const files: DescFile[] = filesToEmit([...registry.files], request.fileToGenerate);
  const input = create(CodeGeneratorRequestSchema, {
    protoFile: request.protoFile,
    fileToGenerate: files.map((file) => file.proto.name),
    parameter: TS_PROTO_OPTIONS.join(','),
  });
  const script = bin('ts-proto', 'protoc-gen-ts_proto');
  const bytes = await run(script, [], { cwd: process.cwd(), signal }, toBinary(CodeGeneratorRequestSchema, input));
  const response = fromBinary(CodeGeneratorResponseSchema, bytes);
  if (response.error !== '') throw new Error(`ts-proto: ${response.error}`);
  return response;
}

/** Path of a package's program, which is a script for Node. */
function bin(packageName: string, program: string): string {
  const path = require.resolve(`${packageName}/package.json`);
  const { bin: programs } = JSON.parse(readFileSync(path, 'utf8')) as { bin: Record<string, string> };
  return join(dirname(path), programs[program] as string);
}

interface RunOptions {
  readonly cwd: string;
  readonly signal?: AbortSignal;
}

function run(script: string, args: readonly string[], options: RunOptions, input?: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    // A program that ends before it has read everything says why on stderr.
    child.stdin.on('error', () => {});
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(stdout));
      else reject(new Error(asErrors(Buffer.concat(stderr).toString()) || `${script} ended with code ${code}`));
    });
    child.stdin.end(input);
  });
}

/** A program's complaints in our form, with a space behind `file:line:column:`. */
function asErrors(text: string): string {
  return text.trim().replace(/^(\S+:\d+:\d+):(?=\S)/gm, '$1: ');
}

function* readRuntime(): Iterable<[string, string]> {
  const directory = join(packageDir, 'runtime');
  for (const name of readdirSync(directory).sort()) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
    yield [`src/wire/${name}`, `${GENERATED_HEADER}\n\n${readFileSync(join(directory, name), 'utf8')}`];
  }
}
