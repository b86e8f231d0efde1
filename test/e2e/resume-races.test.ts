import { IoService } from '@polywire/protocol/polywire.io.v1';
import { KvService } from '@polywire/protocol/polywire.kv.v1';
import { SessionService } from '@polywire/protocol/polywire.session.v1';
import { PolywireError } from '@polywire/sdk';
import { FakeClock } from '@polywire/sdk/testing';
import { createServer, type PolywireServer, type ServerOptions, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { NativePeer } from '../kit/native-peer.js';

const LONG_MS = 3_600_000;
const KICKED = 3547;
const open: PolywireServer[] = [];
const peers: NativePeer[] = [];

async function start(options: Partial<ServerOptions> = {}): Promise<PolywireServer> {
  const server = await createServer({ listeners: [ws({ port: 0 }), tcp({ port: 0 })], ...options });
  open.push(server);
  return server;
}

type Hello = NonNullable<Parameters<typeof NativePeer.open>[1]>;

async function greet(server: PolywireServer, at: number, hello: Hello = {}) {
  const peer = await NativePeer.open(server.addresses[at] as string, hello);
  peers.push(peer);
  const { sessionId, resumeToken } = peer.welcome;
  return Object.assign(peer, { again: { ...hello, resume: { sessionId, resumeToken } } });
}

async function dial(server: PolywireServer, at: number): Promise<NativePeer> {
  const peer = await NativePeer.dial(server.addresses[at] as string);
  peers.push(peer);
  return peer;
}

function gate() {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const hello = (peer: NativePeer, request: Hello) => peer.use(SessionService).hello(request);
const take = (peer: NativePeer, name: string) => peer.use(IoService).lock({ name, ttlMs: LONG_MS });
const isFree = async (peer: NativePeer, name: string) => (await peer.use(IoService).lock({ name })).acquired;
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'OK',
    (thrown: unknown) => PolywireError.from(thrown).codeName,
  );

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.drop();
  for (const server of open.splice(0)) await server.close({ drainMs: 0 });
});

describe.each([
  ['WebSocket', 0],
  ['TCP', 1],
] as const)('going on with a session over %s', (_, at) => {
  it('twice at once with one proof: one connection has it, and what belongs to it is there once', async () => {
    const server = await start();
    const first = await greet(server, at, { clientId: 'a' });
    await take(first, 'door');
    const rivals = [await dial(server, at), await dial(server, at)];
    const welcomes = await Promise.all(rivals.map((peer) => hello(peer, first.again)));
    expect(welcomes.map(({ resumed, sessionId }) => [resumed, sessionId])).toEqual(
      Array(2).fill([true, first.welcome.sessionId]),
    );
    expect(new Set(welcomes.map(({ resumeToken }) => resumeToken)).size).toBe(2);
    const alive = await Promise.race(rivals.map((peer, index) => peer.closed.then(() => 1 - index)));
    await first.closed;
    expect(server.sessions().map(({ sessionId }) => sessionId)).toEqual([first.welcome.sessionId]);
    const other = await greet(server, at);
    expect(await isFree(other, 'door')).toBe(false);
    // Only the proof of the one that stands is good from now on.
    await rivals[alive]?.use(KvService).get({ key: 'k' });
    for (const { resumeToken } of [first.welcome, welcomes[1 - alive]] as { resumeToken: string }[]) {
      const late = await greet(server, at, {
        clientId: 'a',
        resume: { sessionId: first.welcome.sessionId, resumeToken },
      });
      expect(late.welcome.resumed).toBe(false);
    }
    expect(server.stats().sessionsParked).toBe(0);
    rivals[alive]?.drop();
    await expect.poll(() => server.stats().sessionsParked).toBe(1);
  });

  it('is not had by a connection that is gone by the time its Hello is looked at', async () => {
    const clock = new FakeClock();
    const server = await start({ clock, session: { heartbeatMs: 0, resumeWindowMs: 30_000 } });
    const first = await greet(server, at, { clientId: 'a' });
    await take(first, 'door');
    first.drop();
    await expect.poll(() => server.stats().sessionsParked).toBe(1);
    const held = gate();
    let isHeld = false;
    server.use({
      onExecute: ({ service }) => {
        if (service.typeName !== SessionService.typeName || isHeld) return undefined;
        isHeld = true;
        return held.opened;
      },
    });
    const gone = await dial(server, at);
    hello(gone, first.again).catch(() => {});
    await expect.poll(() => isHeld).toBe(true);
    gone.drop();
    await expect.poll(() => server.sessions().length).toBe(0);
    held.open();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([server.sessions().length, server.stats().sessionsParked]).toEqual([0, 1]);
    clock.advance(30_000);
    const other = await greet(server, at);
    expect(await isFree(other, 'door')).toBe(true);
    other.close();
    const ticking = setInterval(() => clock.advance(1_000), 5);
    await server.close({ drainMs: 0 });
    clearInterval(ticking);
  });

  it('that was ended for good is refused, also while its connection still closes', async () => {
    const server = await start();
    const first = await greet(server, at, { clientId: 'a' });
    await take(first, 'door');
    first.stopReading();
    server.sessions()[0]?.close(KICKED, 'ended by an operator');
    const again = await greet(server, at, first.again);
    expect(again.welcome.resumed).toBe(false);
    expect(again.welcome.sessionId).not.toBe(first.welcome.sessionId);
  });

  it('while the server stops: it is answered, and ends with the server, once', async () => {
    const server = await start({ conformance: true });
    const ends: string[] = [];
    void (async () => {
      for await (const event of server.events()) if (event.type === 'ended') ends.push(event.session.sessionId);
    })();
    const first = await greet(server, at, { clientId: 'a' });
    await take(first, 'door');
    const late = await dial(server, at);
    await expect.poll(() => server.sessions().length).toBe(2);
    // Something has to run, or the server is gone at once.
    const waiting = codeOf(
      late
        .use(SessionService)
        .hello(first.again)
        .then(() => late.use(IoService).lock({ name: 'door', waitMs: 300 })),
    );
    await first.closed;
    await expect.poll(() => server.sessions().map(({ runningCalls }) => runningCalls)).toEqual([1]);
    const closing = server.close({ drainMs: 5_000 });
    expect(await waiting).toBe('OK');
    await closing;
    expect(ends).toEqual([first.welcome.sessionId]);
  });

  it('with a newer token, while the one before is still being looked at on the old connection', async () => {
    const slow = gate();
    const server = await start({
      auth: {
        authenticate: async ({ token }) => {
          if (token === 'old') await slow.opened;
          const permissions = { first: ['kv.read'], old: ['*'], new: ['kv.read'] }[token];
          return permissions === undefined ? undefined : { clientId: 'a', permissions };
        },
      },
    });
    const first = await greet(server, at, { token: 'first' });
    const renewing = codeOf(first.use(SessionService).authenticate({ token: 'old' }));
    const second = await greet(server, at, { token: 'new', resume: first.again.resume });
    expect(second.welcome).toMatchObject({ resumed: true, sessionId: first.welcome.sessionId });
    slow.open();
    expect(await renewing).toBe('SESSION_TAKEN_OVER');
    expect(await codeOf(second.use(KvService).get({ key: 'k' }))).toBe('OK');
    expect(await codeOf(second.use(KvService).set({ key: 'k', value: new Uint8Array(1) }))).toBe('PERMISSION_DENIED');
  });

  it('with a token that takes longer to look at than the session waits: it is a new one', async () => {
    const clock = new FakeClock();
    const slow = gate();
    let asked = 0;
    const server = await start({
      clock,
      limits: { helloTimeoutMs: 60_000 },
      session: { heartbeatMs: 0, resumeWindowMs: 5_000 },
      auth: {
        authenticate: async () => {
          if (++asked === 2) await slow.opened;
          return { clientId: 'a', permissions: ['*'] };
        },
      },
    });
    const first = await greet(server, at, { token: 'x' });
    first.drop();
    await expect.poll(() => server.stats().sessionsParked).toBe(1);
    const second = greet(server, at, { token: 'x', resume: first.again.resume });
    await expect.poll(() => asked).toBe(2);
    clock.advance(5_000);
    slow.open();
    expect((await second).welcome.resumed).toBe(false);
    const ticking = setInterval(() => clock.advance(1_000), 5);
    await server.close({ drainMs: 0 });
    clearInterval(ticking);
  });
});
