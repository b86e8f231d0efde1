import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFileRegistry, type DescFile, type DescMessage, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { EmitContext } from '../emit-context.js';
import { messagesOf } from '../messages-of.js';
import { readRules } from '../rules.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export const ownSchemaDir = join(root, 'schema');

/** The image of a folder of .proto files. */
export function buildImage(directory: string): Uint8Array {
  return execFileSync(join(root, 'node_modules/.bin/buf'), ['build', directory, '-o', '-'], { maxBuffer: 1 << 26 });
}

/** The image of .proto texts, which may import the options file. */
export function buildTexts(texts: Readonly<Record<string, string>>): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'polywire-codegen-'));
  try {
    const options = 'polywire/options/v1/options.proto';
    mkdirSync(dirname(join(directory, options)), { recursive: true });
    cpSync(join(ownSchemaDir, options), join(directory, options));
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    return buildImage(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A context that collects what emitters write. */
export interface ImageContext extends EmitContext {
  readonly emitted: Map<string, string>;
  message(typeName: string): DescMessage;
}

export function imageContext(image: Uint8Array): ImageContext {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  const allFiles = [...registry.files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = allFiles.filter(isEmitted);
  const emitted = new Map<string, string>();
  return {
    emitted,
    files,
    rules: readRules(allFiles),
    options: { runtimeImport: './src/wire/index.js', own: true },
    allFiles,
    typescript: () => {
      throw new Error('an emitter of text has no use for this');
    },
    emitFile: (path, content) => {
      if (emitted.has(path)) throw new Error(`${path} is emitted twice`);
      emitted.set(path, content);
    },
    error: (desc, text) => new Error(`${desc.toString()}: ${text}`),
    message: (typeName) => {
      const found = messagesOf(allFiles).find((message) => message.typeName === typeName);
      if (found === undefined) throw new Error(`no message ${typeName}`);
      return found;
    },
  };
}

function isEmitted(file: DescFile): boolean {
  return file.proto.package !== 'polywire.options.v1' && file.name !== 'google/protobuf/descriptor';
}
