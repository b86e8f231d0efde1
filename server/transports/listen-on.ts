import type { AddressInfo, Server } from 'node:net';
import { listenFailure } from './listen-failure.js';

/** Kernels cap it; a burst of connections beyond it is retried by the peers' kernels, after a second. */
const BACKLOG = 4096;

/**
 * Binds a server of Node.
 * @returns the bound port
 * @throws PolywireError PORT_IN_USE, or CONFIG_INVALID when the address cannot be had otherwise
 */
export function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(listenFailure(host, port, error));
    server.once('error', onError);
    server.listen({ host, port, exclusive: true, backlog: BACKLOG }, () => {
      server.off('error', onError);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
