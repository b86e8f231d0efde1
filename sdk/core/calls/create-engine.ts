import { CallEngine, type CallEngineOptions } from './call-engine.js';
import type { CallEnvironment } from './call-environment.js';

/** An engine for one connection, with what moves messages in pieces if the options have it. */
export function createEngine(options: CallEngineOptions, environment: CallEnvironment): CallEngine {
  return options.fragments?.(options, environment) ?? new CallEngine(options, environment);
}
