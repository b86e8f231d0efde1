import { type CallEngine, type CallEngineOptions, type CallEnvironment, createEngine } from '@polywire/sdk/core';

const MAX_IDLE_ENGINES = 64;

/** Lends engines to sessions for the time in which something goes on: an idle session has none. */
export class IdleEngines {
  readonly #options: CallEngineOptions;
  readonly #idle: CallEngine[] = [];

  constructor(options: CallEngineOptions) {
    this.#options = options;
  }

  lend(environment: CallEnvironment): CallEngine {
    const engine = this.#idle.pop();
    if (engine === undefined) return createEngine(this.#options, environment);
    engine.environment = environment;
    engine.packetsOut = 0;
    engine.packetsIn = 0;
    return engine;
  }

  /** Takes an engine that is idle. Nobody may use it any more. */
  giveBack(engine: CallEngine): void {
    if (this.#idle.length < MAX_IDLE_ENGINES) this.#idle.push(engine);
  }
}
