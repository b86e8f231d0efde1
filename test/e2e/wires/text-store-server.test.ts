import { createServer, ws } from '@polywire/server';
import { describe, expect, it } from 'vitest';
import { Opcode } from '../../kit/raw-websocket.js';
import { dial, portOf } from './text-store-stage.js';

describe('space', () => {
  it.each([
    ['connection', 'DATA:k:', 'DATA:k:', undefined],
    ['client', 'DATA:k:a', 'DATA:k:', undefined],
    ['global', 'DATA:k:a', 'DATA:k:a', 'a'],
  ] as const)('%s', async (space, sameStation, otherStation, global) => {
    const server = await createServer({ listeners: [ws({ port: 0, dialect: 'text' })], textStore: { space } });
    const port = portOf(server, 0);
    const first = await dial(port, '/ocpp/CS001');
    expect(await first.ask('STORE:k:a')).toBe('STORED:k:a');
    expect(await first.ask('READ:k')).toBe('DATA:k:a');
    expect(await (await dial(port, '/ocpp/CS001')).ask('READ:k')).toBe(sameStation);
    expect(await (await dial(port, '/ocpp/CS002')).ask('READ:k')).toBe(otherStation);
    expect(await server.data('text-store').read('k')).toBe(global);
    expect(server.sessions().map(({ clientId }) => clientId)).toEqual(['CS001', 'CS001', 'CS002']);
    await server.close({ drainMs: 0 });
  });
});

describe('the prefix on the main port', () => {
  it('is configurable, and other paths are not the text store', async () => {
    const server = await createServer({ listeners: [ws({ port: 0 })], textStore: { prefix: '/stations/live' } });
    const port = portOf(server, 0);
    const socket = await dial(port, '/stations/live/CS1?token=x');
    expect(await socket.ask('READ:k')).toBe('DATA:k:');
    expect(server.sessions()[0]?.clientId).toBe('CS1');
    expect((await dial(port, '/stations/live')).status).toBe(101);
    for (const path of ['/ocpp/CS1', '/stations/CS1', '/stations/liver/CS1', '/']) {
      expect((await dial(port, path)).status).toBe(404);
    }
    expect((await dial(port, `/stations/live/${'x'.repeat(256)}`)).status).toBe(400);
    expect((await dial(port, `/stations/live/${'x'.repeat(255)}`)).status).toBe(101);
    await server.close({ drainMs: 0 });
  });
});

describe('a server that stops', () => {
  it('says 1001 to text clients', async () => {
    const server = await createServer({ listeners: [ws({ port: 0 })] });
    const socket = await dial(portOf(server, 0), '/ocpp/CS1');
    await socket.ask('STORE:k:v');
    const closing = server.close({ drainMs: 1_000 });
    const last = await socket.next();
    expect([last?.opcode, last?.payload.readUInt16BE(0)]).toEqual([Opcode.CLOSE, 1001]);
    await closing;
  });

  it.each([
    ['finishes what was asked, and takes nothing more', 5_000, ['STORED:k:v']],
    ['says it too when the time is up', 20, []],
  ])('%s', async (_name, drainMs, answered) => {
    const server = await createServer({ listeners: [ws({ port: 0 })] });
    let begun = 0;
    server.use({
      onExecute: async () => {
        begun++;
        await new Promise((resolve) => setTimeout(resolve, 300));
      },
    });
    const socket = await dial(portOf(server, 0), '/ocpp/CS1');
    socket.text('STORE:k:v');
    while (begun === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const closing = server.close({ drainMs });
    socket.text('STORE:k:late');
    const replies: string[] = [];
    for (;;) {
      const found = await socket.next();
      if (found?.opcode !== Opcode.TEXT) {
        expect([found?.opcode, found?.payload.readUInt16BE(0)]).toEqual([Opcode.CLOSE, 1001]);
        break;
      }
      replies.push(found.payload.toString());
    }
    expect(replies).toEqual(answered);
    await closing;
    expect(begun).toBe(1);
  });
});

describe('hooks', () => {
  it('keep the order of commands, and what they refuse closes the connection with its code', async () => {
    const server = await createServer({ listeners: [ws({ port: 0 })] });
    let delayMs = 30;
    server.use({
      onExecute: async (call) => {
        delayMs -= 10;
        await new Promise((resolve) => setTimeout(resolve, Math.max(delayMs, 0)));
        const { key } = call.request as { key: string };
        if (key === 'forbidden') throw new Error('no');
      },
    });
    const socket = await dial(portOf(server, 0), '/ocpp/CS1');
    for (const text of ['STORE:k:1', 'STORE:k:a:2', 'READ:k', 'READ:k:a', 'READ:forbidden', 'never']) socket.text(text);
    const replies = [
      await socket.nextText(),
      await socket.nextText(),
      await socket.nextText(),
      await socket.nextText(),
    ];
    expect(replies).toEqual(['STORED:k:1', 'STORED:k:a:2', 'DATA:k:a:2', 'DATA:k:a:2']);
    const last = await socket.next();
    expect(last?.opcode).toBe(Opcode.CLOSE);
    expect(last?.payload.toString('utf8', 2)).toContain('INTERNAL');
    expect(await socket.next()).toBeUndefined();
    await server.close({ drainMs: 0 });
  });
});

describe('a client that does not read', () => {
  it('is closed, and nothing is dropped in silence before that', { timeout: 30_000 }, async () => {
    const server = await createServer({
      listeners: [ws({ port: 0 })],
      limits: { maxQueuedBytes: 65_536 },
    });
    const socket = await dial(portOf(server, 0), '/ocpp/CS1');
    socket.pause();
    const message = Buffer.alloc(100_000, 'x').toString();
    for (let index = 0; index < 300; index++) socket.text(`${index}:${message}`);
    const until = Date.now() + 10_000;
    while (server.sessions().length > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(server.sessions()).toEqual([]);
    socket.resume();
    let expected = 0;
    for (let frame = await socket.next(); frame?.opcode === Opcode.TEXT; frame = await socket.next()) {
      expect(frame.payload.toString('latin1', 0, 20)).toBe(`Echo: ${expected}:${message}`.slice(0, 20));
      expected++;
    }
    expect(expected).toBeGreaterThan(0);
    await server.close({ drainMs: 0 });
  });
});
