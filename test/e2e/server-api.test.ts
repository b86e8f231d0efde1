import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { AckLevel } from '@polywire/protocol/polywire.kv.v1';
import { connect, PolywireError } from '@polywire/sdk';
import { createServer, lmdb, type PolywireServer, type ServerEvent, serve, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../kit/run-server.js';

const listeners = [ws({ port: 0 }), tcp({ port: 0 })];
const open: PolywireServer[] = [];

async function start(options: Partial<Parameters<typeof createServer>[0]> = {}): Promise<PolywireServer> {
  const server = await createServer({ listeners, ...options });
  open.push(server);
  return server;
}

const [wsAt, tcpAt] = [0, 1] as const;
const address = (server: PolywireServer, at: 0 | 1): string => server.addresses[at] as string;

afterEach(async () => {
  for (const server of open.splice(0)) await server.close({ drainMs: 0 });
});

describe('server.data', () => {
  it('stores text and bytes, and shares the space with the client of that id', async () => {
    const server = await start();
    const space = server.data('CS001');
    await space.store('name', 'Station 1');
    await space.store('raw', new Uint8Array([0, 255]));
    expect(await space.read('name')).toBe('Station 1');
    expect(await space.read('raw')).toEqual(new Uint8Array([0, 255]));
    expect(await space.read('nothing')).toBeUndefined();
    expect(await space.keys()).toEqual(['name', 'raw']);

    const client = await connect(address(server, tcpAt), { clientId: 'CS001' });
    expect(new TextDecoder().decode((await client.data.read({ key: 'name' })).value)).toBe('Station 1');
    await client.data.store({ key: 'from-client', value: new Uint8Array([7]) });
    expect(await space.read('from-client')).toEqual(new Uint8Array([7]));
    expect(await server.data('CS002').keys()).toEqual([]);

    expect(await space.delete('raw')).toBe(true);
    expect(await space.delete('raw')).toBe(false);
    expect(await space.clear()).toBe(2);
    expect(await space.keys()).toEqual([]);
    await client.close();
  });

  it('lists more keys than a page has', async () => {
    const server = await start();
    const space = server.data('many');
    const names = Array.from({ length: 2_345 }, (_, index) => `key-${String(index).padStart(5, '0')}`);
    for (const name of names) await space.store(name, 'x');
    expect(await space.keys()).toEqual(names);
    expect(await space.keys('key-0000')).toHaveLength(10);
  });

  it.each([
    ['a key that is too long', 'k'.repeat(1_025), 'x', 'KEY_TOO_LONG'],
    ['a value that is too large', 'k', 'x'.repeat(2_000_000), 'VALUE_TOO_LARGE'],
  ])('refuses %s', async (_name, key, value, code) => {
    const server = await start();
    const error = await server
      .data('CS001')
      .store(key, value)
      .catch((thrown: unknown) => thrown);
    expect(PolywireError.is(error) && error.codeName).toBe(code);
  });
});

describe('server.use', () => {
  it('runs hooks in order around every call; one that throws ends the call', async () => {
    const server = await start();
    const seen: string[] = [];
    server.use({
      onReceive: ({ method }) => void seen.push(`1 receive ${method.name}`),
      onExecute: async ({ method }) => void seen.push(`1 execute ${method.name}`),
      onRespond: ({ method }, outcome) => void seen.push(`1 respond ${method.name} ${outcome.ok}`),
    });
    server.use({
      onReceive: ({ method }) => void seen.push(`2 receive ${method.name}`),
      onExecute: ({ request }) => {
        if ((request as { key?: string }).key === 'forbidden') {
          throw new PolywireError(ErrorCode.PERMISSION_DENIED, 'this key is not for you');
        }
      },
    });
    const client = await connect(address(server, wsAt));
    seen.length = 0;
    await client.kv.set({ key: 'a', value: new Uint8Array([1]) });
    expect(seen).toEqual(['1 receive Set', '2 receive Set', '1 execute Set', '1 respond Set true']);
    seen.length = 0;
    const error = await client.kv.get({ key: 'forbidden' }).catch((thrown: unknown) => thrown);
    expect(PolywireError.is(error) && error.codeName).toBe('PERMISSION_DENIED');
    expect(seen.at(-1)).toBe('1 respond Get false');
    // A request that breaks the schema is refused between receive and execute.
    seen.length = 0;
    await client.kv.get({ key: 'k'.repeat(1_025) }).catch(() => {});
    expect(seen).toEqual(['1 receive Get', '2 receive Get', '1 respond Get false']);
    await client.close();
  });
});

describe('server.use with hooks that take time', () => {
  it.each([wsAt, tcpAt])('leaves the bytes of a request as they were (address %i)', async (at) => {
    const server = await start();
    server.use({ onReceive: () => new Promise((resolve) => setTimeout(resolve, 5)) });
    const client = await connect(address(server, at));
    const value = new TextEncoder().encode('these bytes must not change');
    await Promise.all([
      client.kv.set({ key: 'a', value }),
      client.kv.set({ key: 'b', value: new Uint8Array(value.length).fill(120) }),
    ]);
    expect((await client.kv.get({ key: 'a' })).value).toEqual(value);
    await client.close();
  });
});

describe('server.events and server.stats', () => {
  it('tells what happens, and counts it', async () => {
    const server = await start();
    const events: ServerEvent[] = [];
    const reading = (async () => {
      for await (const event of server.events()) events.push(event);
    })();
    const client = await connect(address(server, tcpAt), { clientId: 'CS001' });
    await client.kv.set({ key: 'a', value: new Uint8Array([1]) });
    expect(server.stats()).toMatchObject({
      sessions: 1,
      sessionsTotal: 1,
      store: 'memory',
      ackLevel: AckLevel.VOLATILE,
      draining: false,
    });
    expect(server.sessions().map(({ clientId, transport, dialect }) => [clientId, transport, dialect])).toEqual([
      ['CS001', 'tcp', 'native'],
    ]);
    await client.close();
    await expect.poll(() => events.map(({ type }) => type)).toContain('ended');
    // The last message is the client's word that it does not come back.
    const types = ['opened', 'sent', 'message', 'sent', 'message', 'message', 'closed', 'ended'];
    expect(events.map(({ type }) => type)).toEqual(types);
    const { messagesIn, messagesOut, bytesIn, errors } = server.stats();
    expect([messagesIn, messagesOut, errors]).toEqual([3, 2, 0]);
    expect(bytesIn).toBeGreaterThan(32);
    await server.close();
    await reading;
  });

  it('reports a broken client as an error event', async () => {
    const server = await start();
    const events = server.events();
    const client = await connect(address(server, tcpAt));
    const broken = await import('node:net').then(({ connect: dial }) => {
      const url = new URL(address(server, tcpAt));
      return dial(Number(url.port), url.hostname);
    });
    broken.on('error', () => {}).resume();
    broken.write(Buffer.alloc(16, 0xff));
    for await (const event of events) {
      if (event.type !== 'error') continue;
      expect(event.error.codeName).toBe('UNSUPPORTED_VERSION');
      break;
    }
    expect(server.stats().errors).toBe(1);
    await client.kv.get({ key: 'a' });
    await client.close();
  });
});

describe('createServer', () => {
  it('serves services of one’s own beside its own, over both transports', async () => {
    const service = serve(ConformanceService, { unary: (request) => ({ payload: request.payload.slice().reverse() }) });
    const server = await start({ services: [service] });
    for (const url of server.addresses) {
      const client = await connect(url);
      const { payload } = await client.use(ConformanceService).unary({ payload: new Uint8Array([1, 2, 3]) });
      expect(payload).toEqual(new Uint8Array([3, 2, 1]));
      await client.close();
    }
  });

  it('keeps limits: calls of a session, size of values', async () => {
    const never = serve(ConformanceService, { unary: () => new Promise(() => {}) });
    const server = await start({ services: [never], limits: { maxCalls: 3, maxValueBytes: 10 } });
    const client = await connect(address(server, wsAt), { timeoutMs: 0 });
    const running = [1, 2, 3].map(() => client.use(ConformanceService).unary({}));
    for (const call of running) call.catch(() => {});
    const fourth = await client.kv.set({ key: 'a', value: new Uint8Array(1) }).catch((thrown: unknown) => thrown);
    expect(PolywireError.is(fourth) && fourth.codeName).toBe('RESOURCE_EXHAUSTED');
    const other = await connect(address(server, tcpAt));
    const large = await other.kv.set({ key: 'a', value: new Uint8Array(11) }).catch((thrown: unknown) => thrown);
    expect(PolywireError.is(large) && large.codeName).toBe('VALUE_TOO_LARGE');
    await other.close();
    await client.close();
  });

  it('leaves nothing running when it cannot start', async () => {
    const data = temporaryDirectory();
    const first = await start();
    const port = Number(new URL(address(first, tcpAt)).port);
    const failing = createServer({ listeners: [ws({ port: 0 }), tcp({ port })], store: lmdb({ path: data.path }) });
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(PolywireError.is(error) && error.codeName).toBe('PORT_IN_USE');
    // The store was given back: it can be opened again.
    const second = await start({ store: lmdb({ path: data.path }) });
    expect(second.stats().ackLevel).toBe(AckLevel.DISK);
    await second.close();
    data.remove();
  });

  it('refuses an address that other machines can reach, unless told', async () => {
    const error = await createServer({ listeners: [tcp({ host: '0.0.0.0', port: 0 })] }).catch(
      (thrown: unknown) => thrown,
    );
    expect(PolywireError.is(error) && error.codeName).toBe('CONFIG_INVALID');
    const server = await start({ listeners: [tcp({ host: '0.0.0.0', port: 0, insecure: true })] });
    expect(server.addresses).toHaveLength(1);
  });

  it('closes once, however often it is told to', async () => {
    const server = await start();
    await Promise.all([server.close(), server.close()]);
  });
});

describe('session.use', () => {
  it.each([wsAt, tcpAt])('calls a service that the client serves (address %i)', async (at) => {
    const server = await start();
    const client = await connect(address(server, at), { clientId: 'worker' });
    client.serve(ConformanceService, {
      unary: async (request) => ({ payload: request.payload.slice().reverse() }),
      async *serverStream() {
        for (let index = 0; index < 3; index++) yield { index };
      },
    });
    const [session] = server.sessions();
    const worker = session?.use?.(ConformanceService);
    expect((await worker?.unary({ payload: new Uint8Array([1, 2]) }))?.payload).toEqual(new Uint8Array([2, 1]));
    const seen: number[] = [];
    for await (const item of worker?.serverStream({}) ?? []) seen.push(item.index);
    expect(seen).toEqual([0, 1, 2]);
    const missing = await worker?.unimplemented({}).catch((thrown: unknown) => thrown);
    expect(PolywireError.is(missing) && missing.codeName).toBe('UNIMPLEMENTED');
    await client.close();
    const gone = await worker?.unary({}).catch((thrown: unknown) => thrown);
    expect(PolywireError.is(gone) && gone.codeName).toBe('UNAVAILABLE');
  });
});

describe('an anonymous client', () => {
  it('has a space that ends with its connection', async () => {
    const server = await start();
    const client = await connect(address(server, wsAt));
    await client.data.store({ key: 'a', value: new Uint8Array([1]) });
    expect((await client.data.read({ key: 'a' })).found).toBe(true);
    await client.close();
    const again = await connect(address(server, wsAt));
    expect((await again.data.listKeys({})).keys).toEqual([]);
    await again.close();
  });
});
