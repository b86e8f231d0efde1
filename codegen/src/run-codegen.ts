import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { create, createFileRegistry, type DescFile, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { filesToEmit, runPlugin } from './plugin.js';
import { GENERATED_HEADER } from './typescript-file.js';

const require = createRequire(import.meta.url);
const packageDir = fileURLToPath(new URL('../..', import.meta.url));
const OPTIONS_FILE = 'polywire/options/v1/options.proto';
/** Folders of the output that belong to the generator: what it does not write there is removed. */
const OUTPUT_FOLDERS = ['src', 'json-schema', 'vectors', 'docs'];

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
  const [types, code] = await Promise.all([runTsProto(request), runPlugin(request)]);
  const output = new Map<string, string>();
  for (const file of types.file) output.set(`src/messages/${file.name}`, file.content);
  for (const file of code.file) output.set(file.name, file.content);
  if (own) for (const [path, content] of readRuntime()) output.set(path, content);
  const changed = difference(options.outDir, output);
  if (options.check !== true && changed.length > 0) write(options.outDir, output);
  return { files: output.size, changed, elapsedMs: Math.round(performance.now() - startedAt) };
}

/** The schema as descriptors, in source info and all. A schema without the options file gets ours. */
async function buildImage(schemaDir: string): Promise<FileDescriptorProto[]> {
  const work = mkdtempSync(join(tmpdir(), 'polywire-codegen-'));
  try {
    const isProto = (source: string): boolean =>
      !source.includes('node_modules') && !/\.(?!proto$|yaml$)\w+$/.test(source);
    cpSync(schemaDir, work, { recursive: true, filter: isProto });
    if (!existsSync(join(work, OPTIONS_FILE))) {
      mkdirSync(dirname(join(work, OPTIONS_FILE)), { recursive: true });
      cpSync(optionsFile(), join(work, OPTIONS_FILE));
    }
    const bytes = await run(
      bin('@bufbuild/buf', 'buf'),
      ['build', '--as-file-descriptor-set', '-o', '-'],
      work,
      undefined,
    );
    return fromBinary(FileDescriptorSetSchema, bytes).file;
  } finally {
    rmSync(work, { recursive: true });
  }
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

async function runTsProto(request: CodeGeneratorRequest) {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: request.protoFile }));
  const files: DescFile[] = filesToEmit([...registry.files], request.fileToGenerate);
  const input = create(CodeGeneratorRequestSchema, {
    protoFile: request.protoFile,
    fileToGenerate: files.map((file) => file.proto.name),
    parameter: TS_PROTO_OPTIONS.join(','),
  });
  const script = bin('ts-proto', 'protoc-gen-ts_proto');
  const bytes = await run(script, [], process.cwd(), toBinary(CodeGeneratorRequestSchema, input));
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

function run(script: string, args: readonly string[], cwd: string, input: Uint8Array | undefined): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    // A program that ends before it has read everything says why on stderr.
    child.stdin.on('error', () => {});
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(stdout));
      else reject(new Error(Buffer.concat(stderr).toString().trim() || `${script} ended with code ${code}`));
    });
    child.stdin.end(input);
  });
}

function* readRuntime(): Iterable<[string, string]> {
  const directory = join(packageDir, 'runtime');
  for (const name of readdirSync(directory).sort()) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
    yield [`src/wire/${name}`, `${GENERATED_HEADER}\n\n${readFileSync(join(directory, name), 'utf8')}`];
  }
}

function difference(outDir: string, output: ReadonlyMap<string, string>): string[] {
  const present = new Set(OUTPUT_FOLDERS.flatMap((folder) => filesBelow(outDir, folder)));
  const changed = [...output].filter(
    ([path, content]) => !present.has(path) || readFileSync(join(outDir, path), 'utf8') !== content,
  );
  const leftOver = [...present].filter((path) => !output.has(path));
  return [...changed.map(([path]) => path), ...leftOver].sort();
}

function filesBelow(outDir: string, folder: string): string[] {
  const directory = join(outDir, folder);
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(outDir, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

function write(outDir: string, output: ReadonlyMap<string, string>): void {
  for (const folder of OUTPUT_FOLDERS) rmSync(join(outDir, folder), { recursive: true, force: true });
  for (const [path, content] of output) {
    const target = join(outDir, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}
