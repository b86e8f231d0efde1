import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { QuicAddress } from '../core/index.js';

/** Room for bursts; kernels cap it. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** A UDP socket that exchanges datagrams with one address. */
export interface QuicSocket {
  readonly socket: Socket;
  readonly local: QuicAddress;
  readonly remote: QuicAddress;
}

/** Opens one. Throws what Node throws: the host is not known, or cannot be reached. */
export async function openQuicSocket(host: string, port: number): Promise<QuicSocket> {
  const { address, family } = await lookup(host);
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    recvBufferSize: BUFFER_BYTES,
    sendBufferSize: BUFFER_BYTES,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, address, () => {
        socket.off('error', reject);
        resolve();
      });
    });
  } catch (thrown) {
    socket.close();
    throw thrown;
  }
  const local = socket.address();
  return { socket, local: { host: local.address, port: local.port }, remote: { host: address, port } };
}
