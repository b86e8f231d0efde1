import { readdir, readFile } from 'node:fs/promises';
import { type DescMessage, fromJson, type JsonValue } from '@bufbuild/protobuf';
import type { Suite } from '@polywire/protocol/polywire.conformance.v1';
import { type Plain, toPlain } from '../schema/plain.js';
import { messageDesc, patternOf, registry } from '../schema/registry.js';
import { checkCase } from './check-case.js';
import { SuiteError } from './suite-error.js';

const suitesUrl = new URL('../../suites/', import.meta.url);
const suiteDesc = messageDesc('polywire.conformance.v1.Suite');

/** The suites that come with this package, in order of their file names. @throws SuiteError */
export async function loadSuites(): Promise<Suite[]> {
  const names = (await readdir(suitesUrl)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(names.map(async (name) => parseSuite(name, await readFile(new URL(name, suitesUrl), 'utf8'))));
}

/**
 * Reads a suite: proto-JSON of `polywire.conformance.v1.Suite`. Fields that the schema does not
 * know, names against its patterns and steps that cannot work are errors.
 *
 * @param file where the text comes from, for error texts
 * @throws SuiteError
 */
export function parseSuite(file: string, text: string): Suite {
  const plain = readSuite(file, text);
  checkPatterns(file, suiteDesc, plain);
  const suite = plain as unknown as Suite;
  const names = new Set<string>();
  for (const each of suite.cases) {
    const where = `${file}: ${suite.name}/${each.name}`;
    if (names.has(each.name)) throw new SuiteError(where, 'another case has the same name');
    names.add(each.name);
    checkCase(where, suite.features, each);
  }
  if (suite.cases.length === 0) throw new SuiteError(file, 'the suite has no cases');
  return suite;
}

function readSuite(file: string, text: string): Plain {
  try {
    const json = JSON.parse(text) as JsonValue;
    return toPlain(suiteDesc, fromJson(suiteDesc, json, { registry, ignoreUnknownFields: false }));
  } catch (error) {
    throw new SuiteError(file, (error as Error).message);
  }
}

/** Applies the pattern rules of the schema, here and in every message inside. */
function checkPatterns(where: string, desc: DescMessage, plain: Plain): void {
  for (const field of desc.fields) {
    const value = plain[field.localName];
    const pattern = patternOf(field);
    if (pattern !== undefined && !new RegExp(pattern, 'u').test(String(value))) {
      throw new SuiteError(where, `${field.name} is ${JSON.stringify(value)}; it must match ${pattern}`);
    }
    if (field.fieldKind === 'list' && field.message !== undefined && Array.isArray(value)) {
      for (const each of value) checkPatterns(where, field.message, each as Plain);
    }
  }
}
