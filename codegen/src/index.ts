export { type BreakingFinding, formatFinding } from './breaking-finding.js';
export { checkBreaking } from './check-breaking.js';
export { runPlugin } from './plugin.js';
export { type BreakingOptions, runBreaking } from './run-breaking.js';
export { type GenerateOptions, type GenerateResult, generate } from './run-codegen.js';
export { SchemaError } from './schema-error.js';
