import { listenTable } from './config/config-keys.js';
import type { LoadedConfig } from './config/load-config.js';
import type { ListenConfig } from './config/server-config.js';
import type { Logger } from './log.js';
import { quicheLoads } from './transports/quic/load-quiche.js';

/**
 * The listeners of a configuration. Nobody asked for those that are there by default, so QUIC is
 * left out of them, with a line in the log, where it cannot be had.
 */
export async function servableListeners(
  { config, originOf }: LoadedConfig,
  logger: Logger,
  quicLoads: () => Promise<boolean> = quicheLoads,
): Promise<readonly ListenConfig[]> {
  const { listen } = config;
  if (originOf([listenTable]) !== undefined || (await quicLoads())) return listen;
  logger.info(
    'QUIC is not served: the optional package @matrixai/quic has no binary for ' +
      `${process.platform}-${process.arch}; ws and tcp do not need it`,
  );
  return listen.filter(({ transport }) => transport !== 'quic');
}
