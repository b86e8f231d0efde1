import type { PolywireServer } from '@polywire/server';
import { afterEach } from 'vitest';
import { type RawOptions, RawWebSocket } from '../../kit/raw-websocket.js';
import { temporaryDirectory } from '../../kit/run-server.js';

let open: RawWebSocket[] = [];
afterEach(() => {
  for (const socket of open) socket.destroy();
  open = [];
});

export async function dial(port: number, path: string, options?: RawOptions): Promise<RawWebSocket> {
  const socket = await RawWebSocket.open(port, path, options);
  open.push(socket);
  return socket;
}

export const portOf = (server: PolywireServer, index: number): number =>
  Number(new URL(server.addresses[index] ?? '').port);
export const data = temporaryDirectory();
