import { PolywireError } from '@polywire/sdk/core';
import { systemClock } from './clock.js';
import { describeConfig } from './config/describe-config.js';
import type { LoadedConfig } from './config/load-config.js';
import { createServer } from './create-server.js';
import { releaseMemoryWhenIdle } from './idle-memory.js';
import type { Logger } from './log.js';
import { servableListeners } from './servable-listeners.js';
import type { PolywireServer } from './server.js';
import { lmdb } from './stores/lmdb.js';
import { memory } from './stores/memory.js';
import { agent } from './version.js';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs a server as a process: until SIGINT or SIGTERM, which drain it. A second signal ends it at
 * once. An error that nothing caught ends it too: the process cannot be trusted any more.
 *
 * @returns the exit code
 * @throws PolywireError when the server cannot start
 */
export async function runServer(loaded: LoadedConfig, logger: Logger): Promise<number> {
  const { store, limits, session, drain, conformance, kvWire, textStore, banio, msgtrans, relay, topics, auth } =
    loaded.config;
  const server = await createServer({
    listeners: await servableListeners(loaded, logger),
    store: store.kind === 'lmdb' ? lmdb({ path: store.path }) : memory(),
    limits,
    session,
    kvWire,
    textStore,
    banio,
    msgtrans,
    relay,
    topics,
    auth,
    history: { maxEntries: store.historyEntries, maxBytes: store.historyBytes },
    conformance: conformance.enabled,
    logger,
  });
  // Before anybody can know that the server is ready: a signal that comes then has to drain it.
  const stopped = untilStopped(server, drain.timeoutMs, logger);
  const place = store.kind === 'lmdb' ? `lmdb in ${store.path}` : 'memory (lost when the server ends)';
  for (const { key, value, source } of describeConfig(loaded)) logger.debug(`${key} = ${value}`, { source });
  logger.info(`${agent} is ready; store: ${place}`);
  for (const address of server.addresses) logger.info(`listening on ${address}`);
  const stopReleasing = releaseMemoryWhenIdle(systemClock);
  return await stopped.finally(stopReleasing);
}

function untilStopped(server: PolywireServer, drainMs: number, logger: Logger): Promise<number> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (why: string, exitCode: number): void => {
      if (stopping) {
        logger.warn(`${why} again: ending at once`);
        process.exit(1);
      }
      stopping = true;
      logger.info(`${why}: stopping; running calls have ${drainMs} ms`);
      server.close({ drainMs }).then(
        () => {
          logger.info('stopped');
          resolve(exitCode);
        },
        (thrown: unknown) => {
          logger.error('the stop failed', { err: thrown });
          resolve(1);
        },
      );
    };
    for (const signal of STOP_SIGNALS) process.on(signal, () => stop(signal, 0));
    const onFatal = (thrown: unknown): void => {
      logger.error(`an error that nothing caught: ${PolywireError.from(thrown).message}`, { err: thrown });
      stop('uncaught error', 1);
    };
    process.on('uncaughtException', onFatal);
    process.on('unhandledRejection', onFatal);
  });
}
