import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { IoService } from '@polywire/protocol/polywire.io.v1';
import { connect, PolywireError } from '@polywire/sdk';
import { createLogger, createServer, type PolywireServer, serve, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

const listeners = [ws({ port: 0 }), tcp({ port: 0 })];
const open: PolywireServer[] = [];
const transports = [0, 1] as const;

const tokens = [
  { token: 'station-secret', clientId: 'CS001', permissions: ['data', 'kv.read:config/*'] },
  { token: 'any-id-secret', permissions: ['*'] },
  { token: 'worth-nothing' },
];

async function start(options: Partial<Parameters<typeof createServer>[0]> = {}): Promise<PolywireServer> {
  const server = await createServer({ listeners, auth: { tokens }, conformance: true, ...options });
  open.push(server);
  return server;
}

const address = (server: PolywireServer, at = 0): string => server.addresses[at] as string;

/** How a promise failed, such as "UNAUTHENTICATED". */
async function failureOf(promise: Promise<unknown>): Promise<PolywireError> {
  const thrown = await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (!PolywireError.is(thrown)) throw thrown;
  return thrown;
}

afterEach(async () => {
  for (const server of open.splice(0)) await server.close({ drainMs: 0 });
});

describe.each(transports)('with tokens, over listener %i', (at) => {
  it('lets in who has one, as the client that it says, and permits what it says', async () => {
    const server = await start();
    const client = await connect(address(server, at), { token: 'station-secret' });
    expect(client.welcome.clientId).toBe('CS001');
    expect(client.welcome.tokenExpiresAtMs).toBe(0);
    await client.data.store({ key: 'k', value: new Uint8Array([1]) });
    expect(await server.data('CS001').read('k')).toEqual(new Uint8Array([1]));
    expect((await client.kv.get({ key: 'config/a' })).found).toBe(false);

    const refused = await failureOf(client.kv.set({ key: 'config/a', value: new Uint8Array() }));
    expect(refused.codeName).toBe('PERMISSION_DENIED');
    expect(refused.message).toBe('this session lacks the permission kv.write:config/a');
    expect(refused.details).toEqual({ permission: 'kv.write:config/a' });
    expect((await failureOf(client.kv.get({ key: 'secrets' }))).details.permission).toBe('kv.read:secrets');
    expect((await failureOf(client.kv.scan({ prefix: 'conf' }))).codeName).toBe('PERMISSION_DENIED');
    const unary = client.use(ConformanceService).unary({});
    expect((await failureOf(unary)).details.permission).toBe('conformance');
    // A refusal is the call's: the session goes on.
    await client.data.read({ key: 'k' });
    await client.close();
  });

  it.each([
    ['no token', {}, 'UNAUTHENTICATED'],
    ['an unknown token', { token: 'nonsense' }, 'UNAUTHENTICATED'],
    ['the hash of a token', { token: 'a'.repeat(64) }, 'UNAUTHENTICATED'],
    ["another client's id", { token: 'station-secret', clientId: 'CS002' }, 'PERMISSION_DENIED'],
  ])('refuses %s', async (_name, options, code) => {
    const server = await start();
    expect((await failureOf(connect(address(server, at), options))).codeName).toBe(code);
    await expect.poll(() => server.sessions().length).toBe(0);
  });

  it('lets those choose their id whose token has none', async () => {
    const server = await start();
    const client = await connect(address(server, at), { token: 'any-id-secret', clientId: 'CS007' });
    expect(client.welcome.clientId).toBe('CS007');
    await client.kv.set({ key: 'anything', value: new Uint8Array() });
    await client.use(ConformanceService).unary({});
    await client.close();
  });

  it('permits nothing to a token without permissions', async () => {
    const server = await start();
    const client = await connect(address(server, at), { token: 'worth-nothing' });
    expect((await failureOf(client.data.read({ key: 'k' }))).codeName).toBe('PERMISSION_DENIED');
    await client.close();
  });

  it('checks every message of a stream before the handler sees it', async () => {
    const seen: unknown[] = [];
    let began = 0;
    const handler = {
      async clientStream(requests: AsyncIterable<unknown>) {
        began++;
        for await (const request of requests) seen.push(request);
        return { count: seen.length };
      },
    };
    const server = await start({ conformance: false, services: [serve(ConformanceService, handler)] });
    const client = await connect(address(server, at), { token: 'station-secret' });
    const requests = (async function* () {
      yield { payload: new Uint8Array([1]) };
    })();
    const failure = await failureOf(client.use(ConformanceService).clientStream(requests));
    expect(failure.codeName).toBe('PERMISSION_DENIED');
    const nothing = (async function* (): AsyncGenerator<never> {})();
    expect((await failureOf(client.use(ConformanceService).clientStream(nothing))).codeName).toBe('PERMISSION_DENIED');
    expect(seen).toEqual([]);
    expect(began).toBe(0);
    await client.close();
  });
});

describe('work and topics', () => {
  it('an offer of work that is not permitted is refused when it comes, and nobody is offered', async () => {
    const server = await start({
      auth: {
        tokens: [{ token: 'worker', permissions: ['io.work:printers.*', 'io.request', 'topic.subscribe:news.*'] }],
      },
    });
    const client = await connect(address(server), { token: 'worker' });
    const io = client.use(IoService);
    const offer = async function* (worker: string) {
      yield { event: { $case: 'offer' as const, value: { worker } } };
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
    };
    const first = async (worker: string): Promise<string | undefined> => {
      for await (const response of io.work(offer(worker))) return response.event?.$case;
      return undefined;
    };
    expect(await first('printers.a')).toBe('ready');
    expect((await failureOf(first('scanners.a'))).details.permission).toBe('io.work:scanners.a');
    expect((await failureOf(io.request({ worker: 'scanners.a' }))).codeName).toBe('NO_WORKER');

    const heard = async (topic: string): Promise<string | undefined> => {
      for await (const item of io.subscribe({ topic })) return item.event?.$case;
      return undefined;
    };
    expect(await heard('news.a')).toBe('subscribed');
    expect((await failureOf(heard('news.**'))).details.permission).toBe('topic.subscribe:news.**');
    await client.close();
  });
});

describe('anonymous clients', () => {
  it('may do what auth.anonymous says, and have no id', async () => {
    const server = await start({ auth: { tokens, anonymous: ['kv.read'] } });
    const client = await connect(address(server));
    await client.kv.get({ key: 'a' });
    expect((await failureOf(client.kv.set({ key: 'a', value: new Uint8Array() }))).codeName).toBe('PERMISSION_DENIED');
    await client.close();
    const failure = await failureOf(connect(address(server), { clientId: 'CS001' }));
    expect(failure.codeName).toBe('PERMISSION_DENIED');
  });

  it('may do what their listener says instead', async () => {
    const server = await start({
      listeners: [ws({ port: 0, permissions: ['kv.write'] })],
      auth: { tokens, anonymous: ['kv.read'] },
    });
    const client = await connect(address(server));
    await client.kv.set({ key: 'a', value: new Uint8Array() });
    expect((await failureOf(client.kv.get({ key: 'a' }))).codeName).toBe('PERMISSION_DENIED');
    await client.close();
  });

  it('that never say Hello are closed', async () => {
    const server = await start();
    const socket = new WebSocket(address(server));
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    socket.on('open', () => socket.send(Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])));
    expect(await closed).toBe(3508);
  });
});

describe('a refused Hello', () => {
  it('is answered before the connection closes with its code', async () => {
    const server = await start();
    const socket = new WebSocket(address(server));
    let answers = 0;
    socket.on('message', () => answers++);
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    // Hello without a token, request 1.
    socket.on('open', () => socket.send(Uint8Array.from([1, 0, 1, 1, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 4, 8, 1])));
    expect(await closed).toBe(3508);
    expect(answers).toBe(1);
  });
});

describe("the user's own check", () => {
  it('decides, at once or later, with what is known of the connection', async () => {
    const seen: string[] = [];
    const server = await start({
      auth: {
        authenticate: async ({ token, clientId, transport, remoteAddress }) => {
          seen.push(`${token} ${clientId} ${transport} ${remoteAddress.split(':')[0]}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
          if (token === 'mine') return { clientId: 'me', permissions: ['data'] };
          if (token === 'broken') throw new Error('the database of users is down: password=hunter2');
          if (token === 'banned') throw new PolywireError(ErrorCode.PERMISSION_DENIED, 'you are banned');
          return undefined;
        },
      },
    });
    const client = await connect(address(server), { token: 'mine', clientId: 'me' });
    expect(client.welcome.clientId).toBe('me');
    await client.data.read({ key: 'a' });
    await client.close();
    expect(seen).toEqual(['mine me ws 127.0.0.1']);
    const failure = async (token: string): Promise<string> => {
      const { codeName, message } = await failureOf(connect(address(server), { token }));
      return `${codeName} ${message}`;
    };
    expect(await failure('other')).toMatch(/^UNAUTHENTICATED/);
    expect(await failure('banned')).toBe('PERMISSION_DENIED you are banned');
    expect(await failure('broken')).toMatch(/^INTERNAL/);
    expect(await failure('broken')).not.toContain('hunter2');
  });
});

describe('logs and events', () => {
  it('never have a token', async () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'trace', write: (line) => lines.push(line) });
    const server = await start({ logger });
    const events: string[] = [];
    const reading = (async () => {
      for await (const event of server.events()) {
        if (event.type === 'error') events.push(`${event.error.message} ${JSON.stringify(event.error.details)}`);
      }
    })();
    const client = await connect(address(server), { token: 'station-secret' });
    await failureOf(client.kv.get({ key: 'a' }));
    await client.close();
    await failureOf(connect(address(server), { token: 'wrong-secret' }));
    await failureOf(connect(address(server), { token: 'station-secret', clientId: 'other' }));
    await server.close();
    await reading;
    const log = lines.join('');
    expect(log).toContain('UNAUTHENTICATED');
    expect(events.length).toBeGreaterThan(1);
    for (const text of [log, ...events]) expect(text).not.toMatch(/station-secret|wrong-secret|any-id/);
  });
});
