import {
  type CallEngine,
  type CallEngineOptions,
  type CallEnvironment,
  createEngine,
  PacketDecoder,
} from '@polywire/sdk/core';

const MAX_IDLE_ENGINES = 64;

/** Lends engines to sessions for the time in which something goes on: an idle session has none. */
export class IdleEngines {
  readonly #options: CallEngineOptions;
  readonly #idle: CallEngine[] = [];

  constructor(options: CallEngineOptions) {
    this.#options = options;
  }

  /** @param isStream packets come in pieces of any size, as on TCP, and not in whole messages */
  lend(environment: CallEnvironment, isStream: boolean): CallEngine {
    const engine = this.#idle.pop() ?? createEngine(this.#options, environment);
    engine.environment = environment;
    engine.packetsOut = 0;
    engine.packetsIn = 0;
    if (!isStream) engine.stream = undefined;
    else engine.stream ??= new PacketDecoder(this.#options);
    return engine;
  }

  /** Takes an engine that is idle. Nobody may use it any more. */
  giveBack(engine: CallEngine): void {
    if (this.#idle.length < MAX_IDLE_ENGINES) this.#idle.push(engine);
  }
}
