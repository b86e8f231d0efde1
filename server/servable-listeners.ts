import { isAuthOn } from './auth/is-auth-on.js';
import { listenTable } from './config/config-keys.js';
import type { LoadedConfig } from './config/load-config.js';
import type { ListenConfig, ServerConfig } from './config/server-config.js';
import type { Logger } from './log.js';
import { quicheLoads } from './transports/quic/load-quiche.js';

/**
 * The listeners of a configuration. Nobody asked for those that are there by default, so some are
 * left out, with a line in the log: QUIC where it cannot be had, and with auth the wires without tokens.
 */
export async function servableListeners(
  { config, originOf }: LoadedConfig,
  logger: Logger,
  quicLoads: () => Promise<boolean> = quicheLoads,
): Promise<readonly ListenConfig[]> {
  if (originOf([listenTable]) !== undefined) return config.listen;
  const listen = withTokensOnly(config, logger);
  if (await quicLoads()) return listen;
  logger.info(
    'QUIC is not served: the optional package @matrixai/quic has no binary for ' +
      `${process.platform}-${process.arch}; ws and tcp do not need it`,
  );
  return listen.filter(({ transport }) => transport !== 'quic');
}

function withTokensOnly({ auth, listen }: ServerConfig, logger: Logger): readonly ListenConfig[] {
  if (!isAuthOn(auth)) return listen;
  const left = listen.filter(({ dialect }) => dialect !== 'native');
  const names = left.map(({ dialect }) => dialect).join(', ');
  logger.info(
    `not served, because their clients have no tokens: ${names}; give each a [[listen]] table with permissions`,
  );
  return listen.filter(({ dialect }) => dialect === 'native');
}
