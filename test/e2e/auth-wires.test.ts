import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk';
import { createServer, type ListenerSpec, type PolywireServer, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

const auth = { tokens: [{ token: 'secret', permissions: ['*'] }] };
let server: PolywireServer | undefined;
afterEach(() => server?.close({ drainMs: 0 }));

async function start(...listeners: ListenerSpec[]): Promise<string> {
  server = await createServer({ listeners, auth });
  return server.addresses[0] as string;
}

/** What a text store client hears: texts, then the close code; or the HTTP status that refused it. */
async function talk(url: string, ...commands: string[]): Promise<(string | number)[]> {
  const socket = new WebSocket(url);
  const heard: (string | number)[] = [];
  return await new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve([response.statusCode ?? 0]));
    socket.on('open', () => {
      for (const command of commands) socket.send(command);
    });
    socket.on('message', (message: Buffer) => {
      heard.push(message.toString());
      if (heard.length === commands.length) socket.close();
    });
    socket.on('close', (code) => resolve([...heard, code]));
    socket.on('error', () => {});
  });
}

describe('wires without tokens, while others need one', () => {
  it('do not start without permissions', async () => {
    const thrown = await start(tcp({ port: 0, dialect: 'kv' })).catch((error: unknown) => error);
    expect(PolywireError.is(thrown) && thrown.code).toBe(ErrorCode.CONFIG_INVALID);
    expect(String(thrown)).toContain('listen[0].permissions is missing');
  });

  it('the text store of a native listener is refused unless its permissions say otherwise', async () => {
    const refused = (await start(ws({ port: 0 }))).replace('/polywire', '/ocpp/CS001');
    expect(await talk(refused, 'STORE:a:b')).toEqual([403]);
    await server?.close({ drainMs: 0 });
    const served = (await start(ws({ port: 0, permissions: ['data'] }))).replace('/polywire', '/ocpp/CS001');
    expect(await talk(served, 'STORE:a:b', 'READ:a')).toEqual(['STORED:a:b', 'DATA:a:b', 1005]);
  });

  it('may do what their listener says and nothing else', async () => {
    const listener = ws({ port: 0, dialect: 'text', permissions: ['data.read'] });
    const url = new URL('/ocpp/CS001', await start(listener)).href;
    await server?.data('CS001').store('a', 'b');
    expect(await talk(url, 'READ:a')).toEqual(['DATA:a:b', 1005]);
    expect(await talk(url, 'STORE:a:c')).toEqual([3504]);
    expect(await server?.data('CS001').read('a')).toBe('b');
  });
});
