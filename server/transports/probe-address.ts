import { type AddressInfo, createServer } from 'node:net';
import { listenFailure } from './listen-failure.js';

/**
 * A port of the host that nobody uses.
 * @throws PolywireError when the host has no port to give
 */
export function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(listenFailure(host, 0, error)));
    probe.listen({ host, port: 0, exclusive: true }, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** uWebSockets.js only says that it cannot listen. Node, asked for the same address, says why. */
export function whyNot(host: string, port: number): Promise<NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', resolve);
    probe.listen({ host, port, exclusive: true }, () => {
      probe.close(() => resolve(new Error('the address is free now; try again')));
    });
  });
}
