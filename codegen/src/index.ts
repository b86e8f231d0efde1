export { runPlugin } from './plugin.js';
export { type GenerateOptions, type GenerateResult, generate } from './run-codegen.js';
export { SchemaError } from './schema-error.js';
