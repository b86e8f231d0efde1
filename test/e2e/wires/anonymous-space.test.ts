import { afterEach, describe, expect, it, vi } from 'vitest';
import { createServer } from '../../../server/create-server.js';
import { ws } from '../../../server/listeners.js';
import type { PolywireServer } from '../../../server/server.js';
import { spaceOfSession } from '../../../server/services/client-data.js';
import type { Store } from '../../../server/stores/store.js';
import { Opcode, RawWebSocket } from '../../kit/raw-websocket.js';
import { until } from './relay-peer.js';

/** Every store in memory that was made: that of the server, then that of anonymous connections. */
const made = vi.hoisted((): Store[] => []);
vi.mock(import('../../../server/stores/memory.js'), async (load) => {
  const { memory } = await load();
  const kept: typeof memory = () => async (environment) => {
    const store = await memory()(environment);
    made.push(store);
    return store;
  };
  return { memory: kept };
});

describe('what an anonymous connection stored over the text dialect', () => {
  let server: PolywireServer | undefined;
  afterEach(async () => {
    await server?.close({ drainMs: 0 });
    made.length = 0;
  });

  const keysOf = (space: string): string[] =>
    (made[1] as Store).scan(space, { prefix: '', limit: 10 }).map(({ key }) => key);

  const ends: readonly [string, (socket: RawWebSocket) => void][] = [
    ['is closed', (socket) => socket.send(Opcode.CLOSE, Buffer.from([3, 232]))],
    ['is cut off', (socket) => socket.destroy()],
    ['is closed by the server', () => server?.sessions()[0]?.close(3000, 'for the test')],
  ];

  it.each(ends)('is removed when it %s', async (_how, end) => {
    server = await createServer({ listeners: [ws({ port: 0, dialect: 'text' })] });
    const socket = await RawWebSocket.open(Number(new URL(server.addresses[0] as string).port), '/');
    await socket.ask('STORE:name:x');
    await socket.ask('STORE:station:CS001:Online');
    const space = spaceOfSession(server.sessions()[0]?.sessionId as string);
    expect(keysOf(space)).toEqual(['name', 'station', 'station:CS001']);
    end(socket);
    await until(() => server?.sessions().length === 0, 'the end of the session');
    expect(keysOf(space)).toEqual([]);
    socket.destroy();
  });

  it('is removed with space = "connection", whatever the id in its path', async () => {
    server = await createServer({
      listeners: [ws({ port: 0, dialect: 'text' })],
      textStore: { space: 'connection' },
    });
    const socket = await RawWebSocket.open(Number(new URL(server.addresses[0] as string).port), '/ocpp/CS001');
    await socket.ask('STORE:name:x');
    const space = spaceOfSession(server.sessions()[0]?.sessionId as string);
    expect(keysOf(space)).toEqual(['name']);
    socket.destroy();
    await until(() => keysOf(space).length === 0, 'an empty space');
  });

  it('is not written any more by a command that was held up until after the end', async () => {
    server = await createServer({ listeners: [ws({ port: 0, dialect: 'text' })] });
    let release: () => void = () => {};
    let held = 0;
    server.use({
      onExecute: () => {
        held++;
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      },
    });
    const socket = await RawWebSocket.open(Number(new URL(server.addresses[0] as string).port), '/');
    const space = spaceOfSession(server.sessions()[0]?.sessionId as string);
    socket.text('STORE:name:x');
    await until(() => held === 1, 'the hook');
    socket.destroy();
    await until(() => server?.sessions().length === 0, 'the end of the session');
    release();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(keysOf(space)).toEqual([]);
  });
});
