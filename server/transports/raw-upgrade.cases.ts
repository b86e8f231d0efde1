import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Sends a request and, when it was answered, what follows it. Resolves with all that came back
 * once the connection ends, or after `waitMs`.
 */
export async function raw(
  port: number,
  request: string,
  next: readonly Uint8Array[] = [],
  waitMs = 100,
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.once('data', () => socket.write(Buffer.concat(next)));
  socket.on('data', (piece) => {
    answer += piece.toString('latin1');
  });
  socket.on('error', () => {});
  socket.write(request);
  await Promise.race([once(socket, 'close'), sleep(waitMs)]);
  socket.destroy();
  return answer;
}

/** The request that begins a WebSocket. */
export function handshake(target: string, lines: readonly string[] = []): string {
  const head = [
    `GET ${target} HTTP/1.1`,
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...lines,
  ];
  return `${head.join('\r\n')}\r\n\r\n`;
}
