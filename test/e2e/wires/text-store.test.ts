import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, lmdb, memory, type PolywireServer, ws } from '@polywire/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeCommand } from '../../../server/dialects/text/decode.js';
import { readStationPath } from '../../../server/dialects/text/station-path.js';
import { Opcode, type RawWebSocket } from '../../kit/raw-websocket.js';
import { root } from '../../rules/source-files.js';
import { data, dial, portOf } from './text-store-stage.js';

interface Step {
  readonly client: string;
  readonly path?: string;
  readonly text: string;
  readonly reply: string;
}

interface Vector {
  readonly name: string;
  readonly kind: 'session' | 'path' | 'handshake';
  readonly text?: string;
  readonly hex?: string;
  readonly frame?: 'ping' | 'close';
  readonly code?: number;
  readonly path?: string;
  readonly requestHeaders?: Readonly<Record<string, string>>;
  readonly setupText?: readonly string[];
  readonly steps?: readonly Step[];
  // biome-ignore lint/suspicious/noExplicitAny: its form depends on the kind
  readonly decoded: any;
  readonly expect: {
    readonly outcome: string;
    readonly text?: string;
    readonly hex?: string;
    readonly responseHeaders?: Readonly<Record<string, string | null>>;
  };
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(join(root, 'test/conformance/wires/text-store.json'), 'utf8'),
);
const named = (kind: string) =>
  vectors.filter((vector) => vector.kind === kind).map((each) => [each.name, each] as const);

// uWebSockets.js serves plain connections; a listener with TLS is another one, and has tests of its own.
describe.each(['memory', 'lmdb'] as const)('the text store on %s', (kind) => {
  let server: PolywireServer;
  /** Any path is served here. */
  let own = 0;
  /** The native wire's port. */
  let main = 0;

  beforeAll(async () => {
    server = await createServer({
      listeners: [ws({ port: 0, dialect: 'text' }), ws({ port: 0 })],
      store: kind === 'memory' ? memory() : lmdb({ path: data.path }),
    });
    own = portOf(server, 0);
    main = portOf(server, 1);
  });
  afterAll(async () => {
    await server?.close({ drainMs: 0 });
    data.remove();
  });

  let station = 0;
  /** A path of a client that nobody else is. */
  const freshPath = (): string => `/ocpp/${kind}-${station++}`;

  const session = named('session').filter(([, { steps }]) => steps === undefined);
  describe.each([
    ['whole', {}],
    ['byte by byte', { byteByByte: true }],
  ])('%s', (_how, options) => {
    it.each(session)('session %s', async (_name, vector) => {
      for (const port of [own, main]) {
        const socket = await dial(port, freshPath(), options);
        for (const text of vector.setupText ?? []) await socket.ask(text);
        await runSession(socket, vector);
      }
    });
  });

  it.each(session)('session %s, with its setup in one piece', async (_name, vector) => {
    const socket = await dial(own, freshPath());
    for (const text of vector.setupText ?? []) socket.text(text);
    for (const text of vector.setupText ?? []) expect(await socket.nextText()).toBe(text.replace('STORE', 'STORED'));
    await runSession(socket, vector);
  });

  it.each(named('session').filter(([, { steps }]) => steps !== undefined))('steps of %s', async (_name, vector) => {
    const clients = new Map<string, RawWebSocket>();
    for (const { client, path, text, reply } of vector.steps ?? []) {
      const socket = clients.get(client) ?? (await dial(own, path ?? '/'));
      clients.set(client, socket);
      expect(await socket.ask(text)).toBe(reply);
    }
  });

  it.each(named('path'))('path %s', async (_name, vector) => {
    const path = vector.path as string;
    const { decodedSuffix, decodedPath, segments, stationId } = vector.decoded;
    const read = readStationPath(path.split('?')[0] as string, '/ocpp');
    expect(read).toEqual({ suffix: decodedSuffix, segments, stationId: stationId ?? undefined });
    expect(`/${read.suffix}`).toBe(decodedPath);
    const socket = await dial(own, path);
    expect(socket.status).toBe(101);
    expect(await socket.ask('hello')).toBe('Echo: hello');
    const [found] = server
      .sessions()
      .filter(({ dialect, clientId }) => dialect === 'text' && clientId === (stationId ?? ''));
    expect(found?.transport).toBe('ws');
  });

  it.each(named('handshake'))('handshake %s', async (_name, vector) => {
    for (const port of [own, main]) {
      const socket = await dial(port, vector.path as string, { headers: vector.requestHeaders ?? {} });
      expect(socket.status).toBe(101);
      for (const [name, value] of Object.entries(vector.expect.responseHeaders ?? {})) {
        expect(socket.headers.get(name.toLowerCase()) ?? null).toBe(value);
      }
      expect(await socket.ask('x')).toBe('Echo: x');
    }
  });

  it('sees what the API and other wires stored, and they see what it stored', async () => {
    const id = `shared-${kind}`;
    const socket = await dial(main, `/ocpp/${id}`);
    expect(await socket.ask('STORE:name:Station 1')).toBe('STORED:name:Station 1');
    expect(await server.data(id).read('name')).toBe('Station 1');
    expect(await socket.ask('STORE:station:CS001:Online')).toBe('STORED:station:CS001:Online');
    expect(await server.data(id).read('station')).toBe('CS001:Online');
    expect(await server.data(id).read('station:CS001')).toBe('Online');
    await server.data(id).store('name', 'from the API');
    await server.data(id).store('raw', Uint8Array.of(0x61, 0xff));
    await server.data(id).store('station:CS002', 'Offline');
    expect(await socket.ask('READ:name')).toBe('DATA:name:from the API');
    expect(await socket.ask('READ:station:CS002')).toBe('DATA:station:CS002:Offline');
    expect(await socket.ask('READ:raw')).toBe('DATA:raw:a\ufffd');
  });

  it('keeps the space of a station, and ends the space of a connection without one', async () => {
    for (const [path, kept] of [
      [`/ocpp/kept-${kind}`, true],
      ['/ocpp/', false],
      ['/elsewhere', false],
    ] as const) {
      const first = await dial(own, path);
      await first.ask('STORE:k:1');
      first.destroy();
      const second = await dial(own, path);
      expect(await second.ask('READ:k')).toBe(kept ? 'DATA:k:1' : 'DATA:k:');
    }
  });

  it('answers a burst in order, and a READ sees every STORE before it', async () => {
    const socket = await dial(own, freshPath());
    const expected: string[] = [];
    for (let round = 0; round < 200; round++) {
      socket.text(`STORE:k:${round}`);
      socket.text(`STORE:a:b:${round}`);
      socket.text(`e${round}`);
      socket.send(Opcode.BINARY, Buffer.from([round & 255]));
      socket.text('READ:k');
      socket.text('READ:a:b');
      expected.push(
        `STORED:k:${round}`,
        `STORED:a:b:${round}`,
        `Echo: e${round}`,
        String.fromCharCode(round & 255),
        `DATA:k:${round}`,
        `DATA:a:b:${round}`,
      );
    }
    const replies: string[] = [];
    while (replies.length < expected.length) replies.push((await socket.next())?.payload.toString('latin1') ?? '');
    expect(replies).toEqual(expected);
  });

  it('takes values up to the limit; a STORE over a limit is no command', async () => {
    const socket = await dial(own, freshPath());
    const largest = 'x'.repeat(1_048_576);
    expect(await socket.ask(`STORE:big:${largest}`)).toBe(`STORED:big:${largest}`);
    expect(await socket.ask('READ:big')).toBe(`DATA:big:${largest}`);
    expect(await socket.ask(`STORE:big:${largest}y`)).toBe(`Echo: STORE:big:${largest}y`);
    expect(await socket.ask('READ:big')).toBe(`DATA:big:${largest}`);
    const longKey = 'k'.repeat(1_024);
    expect(await socket.ask(`STORE:${longKey}:v`)).toBe(`STORED:${longKey}:v`);
    expect(await socket.ask(`READ:${longKey}`)).toBe(`DATA:${longKey}:v`);
    expect(await socket.ask(`STORE:${longKey}k:v`)).toBe(`Echo: STORE:${longKey}k:v`);
    expect(await socket.ask(`READ:${longKey}k`)).toBe(`DATA:${longKey}k:`);
    // The longer key of this text is over the limit; the text is kept under its first key.
    expect(await socket.ask(`STORE:${longKey}:a:b`)).toBe(`STORED:${longKey}:a:b`);
    expect(await socket.ask(`READ:${longKey}`)).toBe(`DATA:${longKey}:a:b`);
  });
});

async function runSession(socket: RawWebSocket, vector: Vector): Promise<void> {
  if (vector.frame === 'ping') socket.send(Opcode.PING, Buffer.from(vector.hex ?? '', 'hex'));
  else if (vector.frame === 'close')
    socket.send(Opcode.CLOSE, Buffer.from([(vector.code ?? 0) >> 8, (vector.code ?? 0) & 255]));
  else if (vector.text !== undefined) socket.text(vector.text);
  else socket.send(Opcode.BINARY, Buffer.from(vector.hex ?? '', 'hex'));

  const { outcome, text, hex = '' } = vector.expect;
  const reply = await socket.next();
  switch (outcome) {
    case 'pong':
      expect(reply).toEqual({ opcode: Opcode.PONG, payload: Buffer.from(hex, 'hex') });
      break;
    case 'close':
      expect(reply?.opcode).toBe(Opcode.CLOSE);
      expect(await socket.next()).toBeUndefined();
      return;
    case 'reply':
      expect(reply?.opcode).toBe(text === undefined ? Opcode.BINARY : Opcode.TEXT);
      expect(reply?.payload.toString('hex')).toBe(text === undefined ? hex : Buffer.from(text).toString('hex'));
      break;
    default:
      throw new Error(`${vector.name}: the outcome ${outcome} is not known`);
  }
  // Nothing else came, and the connection stands.
  expect(await socket.ask('still here')).toBe('Echo: still here');
}

describe('the codec', () => {
  const texts = vectors.filter(({ text, decoded }) => text !== undefined && decoded !== null);
  it.each(texts.map((vector) => [vector.name, vector] as const))('%s', (_name, { text = '', decoded }) => {
    const { command, ...fields } = decoded;
    const echo = { type: 'echo', text };
    expect(decodeCommand(text)).toEqual(command === 'echo' ? echo : { type: command, ...fields });
  });

  it('knows every vector', () => {
    expect(vectors).toHaveLength(44);
    expect(texts.length).toBeGreaterThan(20);
  });
});
