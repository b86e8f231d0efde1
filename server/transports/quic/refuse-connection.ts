import { Buffer } from 'node:buffer';
import { MAX_DATAGRAM_BYTES, type QuicAddress, type QuicheConnection, type QuicPath } from '@polywire/sdk/core';

const CONNECTION_REFUSED = 2;

/** Room for the first message of the server, and not for its handshake to be complete. */
const FIRST_MESSAGE_BYTES = 320;

/**
 * Answers a first datagram with a refusal, and keeps nothing. The refusal can be read only by a
 * client that has got the first message of the handshake, so that goes before it; no more of it,
 * or the client would take itself for connected.
 */
export function refuseConnection(
  connection: QuicheConnection,
  datagram: Uint8Array,
  path: QuicPath,
  reason: string,
  emit: (datagram: Uint8Array, to: QuicAddress) => void,
): void {
  const send = (maxBytes: number): void => {
    const out = new Uint8Array(maxBytes);
    const sent = connection.send(out);
    if (sent !== null) emit(out.subarray(0, sent[0]), path.from);
  };
  try {
    connection.recv(datagram, path);
    send(FIRST_MESSAGE_BYTES);
    connection.close(false, CONNECTION_REFUSED, Buffer.from(reason));
    send(MAX_DATAGRAM_BYTES);
  } catch {
    // It was no handshake.
  }
}
