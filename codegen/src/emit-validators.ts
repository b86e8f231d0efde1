import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import type { EmitContext } from './emit-context.js';
import { jsonSchemas } from './emit-json-schema.js';
import type { JsonSchema } from './json-schema-scalar.js';
import { GENERATED_HEADER } from './typescript-file.js';
import { codePointsSource, validatorSource } from './validator-sources.js';

// A CommonJS module: under NodeNext its default export is the whole of `module.exports`.
const standaloneCode = standalone as unknown as (ajv: Ajv2020, validate: ValidateFunction) => string;

const lengthHelper = /^const (\w+) = require\("ajv\/dist\/runtime\/ucs2length"\)\.default;$/gm;
const annotations = new Set(['$schema', 'contentEncoding', 'deprecated', 'description', 'title', 'writeOnly']);

/**
 * Writes `src/validators/<full name>.ts` for every message: a module that exports `validate` and
 * needs neither ajv nor code that is made at run time.
 */
export function emitValidators(context: EmitContext): void {
  context.emitFile('src/validators/validator.ts', validatorSource);
  context.emitFile('src/validators/code-points.ts', codePointsSource);
  const schemas = new Map([...jsonSchemas(context)].map(([name, schema]) => [name, withoutAnnotations(schema)]));
  for (const typeName of schemas.keys()) {
    context.emitFile(`src/validators/${typeName}.ts`, validatorModule(schemas, typeName));
  }
}

/** The schemas that a message's schema points to, and itself. */
function closure(schemas: ReadonlyMap<string, JsonSchema>, typeName: string, found = new Set<string>()): Set<string> {
  if (found.has(typeName)) return found;
  found.add(typeName);
  for (const other of references(schemas.get(typeName))) closure(schemas, other, found);
  return found;
}

function references(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, part]) =>
    key === '$ref' && typeof part === 'string' ? [part] : references(part),
  );
}

function validatorModule(schemas: ReadonlyMap<string, JsonSchema>, typeName: string): string {
  // One instance a module: ajv numbers its functions, and the numbers of one message must not
  // change with every other message.
  const ajv = new Ajv2020({
    strict: true,
    allErrors: false,
    // A property that every object inherits, such as `constructor`, is not a field.
    ownProperties: true,
    // The schemas are our own and need no check against the metaschema.
    meta: false,
    validateSchema: false,
    code: { source: true, esm: true, lines: true },
  });
  for (const name of closure(schemas, typeName)) ajv.addSchema(schemas.get(name) as JsonSchema);
  const validate = ajv.getSchema(typeName) as ValidateFunction;
  const code = standaloneCode(ajv, validate);
  const main = /^export const validate = (\w+);$/m.exec(code)?.[1];
  const body = code
    .replace('"use strict";\n', '')
    .replace(/^export .*;\n/gm, '')
    .replace(lengthHelper, 'const $1 = countCodePoints;')
    .replace(/^\/\*# sourceURL=.*?\*\/;\n/gm, '')
    .replace(/^const (schema\d+) = .*;\n/gm, (line, name: string) => (code.split(name).length > 2 ? line : ''));
  if (main === undefined || body.includes('require(')) {
    throw new Error(`the validator of ${typeName} needs a part of ajv that has no replacement here:\n${body}`);
  }
  return [
    GENERATED_HEADER,
    "// @ts-nocheck: ajv's code is plain JavaScript.",
    ...(body.includes('countCodePoints') ? ["import { countCodePoints } from './code-points.js';"] : []),
    "import type { Validator } from './validator.js';",
    '',
    body.trim(),
    '',
    `/** Tells whether a value is the proto-JSON of ${typeName}. */`,
    `export const validate: Validator = ${main};`,
    '',
  ].join('\n');
}

/** Annotations say nothing to a validator, but would be part of its module. */
function withoutAnnotations(schema: JsonSchema): JsonSchema {
  return strip(schema, true) as JsonSchema;
}

/** In `properties` and the like the keys are names of fields, not keywords. */
function strip(value: unknown, isSchema: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => strip(item, true));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !isSchema || !annotations.has(key))
      .map(([key, part]) => [key, strip(part, !(isSchema && (key === 'properties' || key === 'dependentSchemas')))]),
  );
}
