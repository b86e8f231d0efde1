import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const runFile = promisify(execFile);

/** A project of a user: a temporary folder with a schema in `proto`, and packages to import. */
export class SchemaFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'polywire-schema-'));

  constructor(schema: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(schema)) this.write(`proto/${name}`, text);
    symlinkSync(join(root, 'node_modules'), join(this.path, 'node_modules'));
    this.write('package.json', '{ "type": "module" }');
  }

  get schemaDir(): string {
    return join(this.path, 'proto');
  }

  get outDir(): string {
    return join(this.path, 'generated');
  }

  write(path: string, text: string): void {
    const target = join(this.path, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  read(path: string): string {
    return readFileSync(join(this.path, path), 'utf8');
  }

  /** Every file below a folder with its text, in order of paths, which are relative to that folder. */
  files(folder: string): Map<string, string> {
    return filesBelow(join(this.path, folder));
  }

  /** Compiles the output with the project's own settings. @returns what the compiler complains about */
  async compile(): Promise<string> {
    const settings = {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: { rootDir: 'generated/src', outDir: 'dist', lib: ['ES2023', 'DOM'], composite: false },
      include: ['generated/src'],
    };
    this.write('tsconfig.json', JSON.stringify(settings));
    try {
      await runFile(join(root, 'node_modules/.bin/tsc'), ['-p', this.path]);
      return '';
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  }

  /** A compiled module of the output. */
  load(path: string): Promise<Record<string, unknown>> {
    return import(/* @vite-ignore */ join(this.path, 'dist', path));
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

export function filesBelow(directory: string): Map<string, string> {
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(directory, path), 'utf8')]));
}
