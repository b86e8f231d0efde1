export { type GenerateOptions, type GenerateResult, generate } from './run-codegen.js';
export { runPlugin } from './plugin.js';
export { SchemaError } from './schema-error.js';
