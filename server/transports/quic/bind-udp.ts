import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import { isIP, isIPv6 } from 'node:net';
import { listenFailure } from '../listen-failure.js';

/** Room for bursts; kernels cap it. */
const BUFFER_BYTES = 4 * 1024 * 1024;

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string, family: number) => void;

/** Node looks up the address of every datagram: an address needs no detour. */
function lookupAddress(host: string, _options: unknown, found: LookupCallback): void {
  const family = isIP(host);
  if (family !== 0) found(null, host, family);
  else lookup(host, found);
}

/**
 * Binds a UDP socket.
 * @throws PolywireError PORT_IN_USE, or CONFIG_INVALID when the address cannot be had otherwise
 */
export function bindUdp(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({
      type: isIPv6(host) ? 'udp6' : 'udp4',
      lookup: lookupAddress,
      recvBufferSize: BUFFER_BYTES,
      sendBufferSize: BUFFER_BYTES,
    });
    const onError = (error: Error): void => {
      socket.close();
      reject(listenFailure(host, port, error));
    };
    socket.once('error', onError);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', onError);
      resolve(socket);
    });
  });
}
