import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import type { Vector } from '@polywire/protocol/polywire.conformance.v1';
import { toPlain } from '../schema/plain.js';
import { messageDesc, registry } from '../schema/registry.js';
import { SuiteError } from '../suite/suite-error.js';

const vectorDesc = messageDesc('polywire.conformance.v1.Vector');

/** The vectors that were generated with the schema, in order of their files. @throws SuiteError */
export async function loadVectors(): Promise<Vector[]> {
  // The package exports its compiled files from dist/, and its vectors beside that.
  const folder = join(dirname(fileURLToPath(import.meta.resolve('@polywire/protocol/schema'))), '..', 'vectors');
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.jsonl')).sort();
  if (files.length === 0) throw new SuiteError(folder, 'there are no vectors; run the generator');
  const vectors: Vector[] = [];
  for (const name of files) {
    const lines = (await readFile(join(folder, name), 'utf8')).split('\n');
    lines.forEach((line, index) => {
      if (line !== '') vectors.push(parseVector(`${name}:${index + 1}`, line));
    });
  }
  return vectors;
}

/** Reads one line: proto-JSON of `polywire.conformance.v1.Vector`. @throws SuiteError */
export function parseVector(where: string, line: string): Vector {
  try {
    const message = fromJson(vectorDesc, JSON.parse(line) as JsonValue, { registry, ignoreUnknownFields: false });
    return toPlain(vectorDesc, message) as unknown as Vector;
  } catch (error) {
    throw new SuiteError(where, (error as Error).message);
  }
}
