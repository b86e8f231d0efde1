import { ClientDataService } from '@polywire/protocol/polywire.data.v1';
import { KvService } from '@polywire/protocol/polywire.kv.v1';
import { SessionService } from '@polywire/protocol/polywire.session.v1';
import { oneWay } from '@polywire/sdk/core';
import { createServer, type PolywireServer, type ServerEvent, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../sdk/testing/index.js';
import { NativePeer } from '../kit/native-peer.js';

const TAKEN_OVER = 3547;
const open: PolywireServer[] = [];

async function start(options: Partial<Parameters<typeof createServer>[0]> = {}): Promise<PolywireServer> {
  const server = await createServer({ listeners: [ws({ port: 0 }), tcp({ port: 0 })], ...options });
  open.push(server);
  return server;
}

const address = (server: PolywireServer, at: number): string => server.addresses[at] as string;

/** A client that was welcomed and then lost its connection. */
async function lostClient(server: PolywireServer, at: number, clientId = 'CS001') {
  const peer = await NativePeer.open(address(server, at), { clientId });
  const { sessionId, resumeToken } = peer.welcome;
  peer.drop();
  await expect.poll(() => server.stats().sessionsParked).toBeGreaterThan(0);
  return { clientId, resume: { sessionId, resumeToken } };
}

function eventTypes(server: PolywireServer): { readonly seen: ServerEvent[]; types(): string[] } {
  const seen: ServerEvent[] = [];
  const read = async (): Promise<void> => {
    for await (const event of server.events()) seen.push(event);
  };
  void read();
  return { seen, types: () => seen.map(({ type }) => type).filter((type) => type !== 'message' && type !== 'sent') };
}

afterEach(async () => {
  for (const server of open.splice(0)) await server.close({ drainMs: 0 });
});

describe.each([
  ['ws', 0],
  ['tcp', 1],
] as const)('a session that lost its %s connection', (_transport, at) => {
  it('goes on with its id, its data and a new token', async () => {
    const server = await start();
    const events = eventTypes(server);
    const first = await NativePeer.open(address(server, at));
    expect(first.welcome).toMatchObject({ resumed: false, resumeWindowMs: 30_000 });
    await first.use(ClientDataService).store({ key: 'a', value: new Uint8Array([7]) });
    const { sessionId, resumeToken } = first.welcome;
    first.drop();
    await expect.poll(() => server.stats().sessionsParked).toBe(1);
    expect(server.sessions()).toEqual([]);

    const second = await NativePeer.open(address(server, at), { resume: { sessionId, resumeToken } });
    expect(second.welcome).toMatchObject({ resumed: true, sessionId });
    expect(second.welcome.resumeToken).not.toBe(resumeToken);
    // An anonymous client's space belongs to the session, so this is the same session.
    expect((await second.use(ClientDataService).read({ key: 'a' })).value).toEqual(new Uint8Array([7]));
    expect(server.sessions().map((session) => session.sessionId)).toEqual([sessionId]);
    expect(server.stats()).toMatchObject({ sessionsParked: 0, sessionsResumed: 1, resumesRefused: 0 });
    expect(events.types()).toEqual(['opened', 'closed', 'opened', 'resumed']);
    second.drop();
  });

  it('takes over from a connection that the server still believes in', async () => {
    const server = await start();
    const first = await NativePeer.open(address(server, at), { clientId: 'CS001' });
    const { sessionId, resumeToken } = first.welcome;
    const second = await NativePeer.open(address(server, at), {
      clientId: 'CS001',
      resume: { sessionId, resumeToken },
    });
    expect(second.welcome).toMatchObject({ resumed: true, sessionId });
    const end = await first.closed;
    if (at === 0) expect(end.code).toBe(TAKEN_OVER);
    // TCP has no close code: the server says it in a packet.
    expect(first.peerError?.closeCode).toBe(TAKEN_OVER);
    expect(server.sessions()).toHaveLength(1);
    expect(server.stats().sessionsParked).toBe(0);
    expect((await second.use(KvService).set({ key: 'k', value: new Uint8Array([1]) })).revision).toBeGreaterThan(0);
    second.drop();
  });

  it('goes on although its Welcomes were lost', async () => {
    const server = await start();
    const lost = await lostClient(server, at);
    for (let turn = 0; turn < 3; turn++) {
      const peer = await NativePeer.open(address(server, at), lost);
      expect(peer.welcome).toMatchObject({ resumed: true, sessionId: lost.resume.sessionId });
      peer.drop();
      await peer.closed;
    }
    expect(server.stats().resumesRefused).toBe(0);
  });

  it('is a new session for a token that was used, forged, or is another client’s', async () => {
    const server = await start();
    const used = await lostClient(server, at);
    const again = await NativePeer.open(address(server, at), used);
    expect(again.welcome.resumed).toBe(true);
    // It has its Welcome, so the token before is no good any more.
    await again.use(KvService).get({ key: 'k' });
    const wrong: readonly (readonly [string, { clientId: string; resume: typeof used.resume }])[] = [
      ['used', used],
      ['forged', { clientId: 'CS001', resume: { ...used.resume, resumeToken: 'x'.repeat(43) } }],
      ['empty', { clientId: 'CS001', resume: { ...used.resume, resumeToken: '' } }],
      ['of no session', { clientId: 'CS001', resume: { sessionId: 'nobody', resumeToken: again.welcome.resumeToken } }],
      ['of another client', { clientId: 'CS002', resume: { ...used.resume, resumeToken: again.welcome.resumeToken } }],
    ];
    for (const [what, hello] of wrong) {
      const peer = await NativePeer.open(address(server, at), hello);
      expect([what, peer.welcome.resumed]).toEqual([what, false]);
      expect(peer.welcome.sessionId).not.toBe(used.resume.sessionId);
      peer.drop();
    }
    expect(server.stats()).toMatchObject({ resumesRefused: wrong.length, sessionsResumed: 1 });
    // None of that did it any harm.
    await again.use(SessionService).ping({ nonce: 1n });
    again.drop();
  });

  it('can be resumed again and again, with nothing said in between', async () => {
    const server = await start();
    let { clientId, resume } = await lostClient(server, at);
    for (let round = 0; round < 5; round++) {
      const peer = await NativePeer.open(address(server, at), { clientId, resume });
      expect(peer.welcome).toMatchObject({ resumed: true, sessionId: resume.sessionId });
      resume = { sessionId: resume.sessionId, resumeToken: peer.welcome.resumeToken };
      peer.drop();
      await expect.poll(() => server.stats().sessionsParked).toBe(1);
    }
  });
});

describe('the end of a session', () => {
  it('comes when its window is over, and takes what belonged to it', async () => {
    const clock = new FakeClock();
    const server = await start({ clock, session: { resumeWindowMs: 5_000 } });
    const events = eventTypes(server);
    const hello = await lostClient(server, 0, '');
    clock.advance(4_999);
    expect(server.stats().sessionsParked).toBe(1);
    clock.advance(1);
    expect(server.stats().sessionsParked).toBe(0);
    await expect.poll(() => events.types()).toEqual(['opened', 'closed', 'ended']);
    const late = await NativePeer.open(address(server, 0), hello);
    expect(late.welcome.resumed).toBe(false);
    late.drop();
    // Closing waits by the same clock.
    const moving = setInterval(() => clock.advance(100), 5);
    await server.close({ drainMs: 0 });
    clearInterval(moving);
  });

  it.each([
    ['a normal close', 0, (peer: NativePeer) => peer.close()],
    ['goodbye on TCP', 1, (peer: NativePeer) => goodbye(peer)],
  ] as const)('comes at once with %s', async (_what, at, leave) => {
    const server = await start();
    const events = eventTypes(server);
    const peer = await NativePeer.open(address(server, at));
    leave(peer);
    await expect.poll(() => events.types()).toEqual(['opened', 'closed', 'ended']);
    expect(server.stats().sessionsParked).toBe(0);
  });

  it.each([
    ['the end of a TCP stream without a goodbye', 1, (peer: NativePeer) => peer.close()],
    ['a page that goes away', 0, (peer: NativePeer) => peer.close(1001)],
  ] as const)('is not %s', async (_what, at, leave) => {
    const server = await start();
    const peer = await NativePeer.open(address(server, at));
    leave(peer);
    await expect.poll(() => server.stats()).toMatchObject({ sessions: 0, sessionsParked: 1 });
  });

  it('comes at once when nothing may be resumed', async () => {
    const server = await start({ session: { resumeWindowMs: 0 } });
    const peer = await NativePeer.open(address(server, 0));
    expect(peer.welcome).toMatchObject({ resumeToken: '', resumeWindowMs: 0 });
    const events = eventTypes(server);
    peer.drop();
    await expect.poll(() => events.types()).toEqual(['closed', 'ended']);
    const again = await NativePeer.open(address(server, 0), {
      resume: { sessionId: peer.welcome.sessionId, resumeToken: '' },
    });
    expect(again.welcome.resumed).toBe(false);
    again.drop();
  });

  it('comes for the one that waits longest when too many wait', async () => {
    const server = await start({ session: { maxParked: 3 } });
    const hellos = [];
    for (let index = 0; index < 5; index++) {
      hellos.push(await lostClient(server, 0, `client-${index}`));
      await expect.poll(() => server.stats()).toMatchObject({ sessions: 0, sessionsParked: Math.min(index + 1, 3) });
    }
    const resumed: boolean[] = [];
    for (const hello of hellos) {
      const peer = await NativePeer.open(address(server, 0), hello);
      resumed.push(peer.welcome.resumed);
      peer.close();
    }
    expect(resumed).toEqual([false, false, true, true, true]);
  });

  it('comes for those of the client that has most waiting when too many wait', async () => {
    const tokens = ['a', 'b', 'c'].map((id) => ({ token: `token of ${id}`, clientId: id, permissions: ['*'] }));
    const server = await start({ session: { maxParked: 5 }, auth: { tokens } });
    const park = async (token: string) => {
      const peer = await NativePeer.open(address(server, 0), { token });
      const { sessionId, resumeToken } = peer.welcome;
      peer.drop();
      await expect.poll(() => server.sessions().length).toBe(0);
      return { token, resume: { sessionId, resumeToken } };
    };
    const [a, b] = [await park('token of a'), await park('token of b')];
    const greedy = [];
    for (let index = 0; index < 10; index++) greedy.push(await park('token of c'));
    expect(server.stats().sessionsParked).toBe(5);
    const resumed: boolean[] = [];
    for (const hello of [a, b, ...greedy]) {
      const peer = await NativePeer.open(address(server, 0), hello);
      resumed.push(peer.welcome.resumed);
      peer.close();
    }
    expect(resumed).toEqual([true, true, ...Array(7).fill(false), ...Array(3).fill(true)]);
  });

  it('comes for all when the server closes', async () => {
    const server = await start();
    const events = eventTypes(server);
    await lostClient(server, 1);
    await server.close();
    expect(events.types()).toEqual(['opened', 'closed', 'ended']);
  });
});

/** A client that does not come back says so. */
function goodbye(peer: NativePeer): void {
  const { goAway } = SessionService.methods;
  if (goAway === undefined) throw new Error('the schema has no GoAway');
  oneWay(peer.engine, SessionService, goAway, { reason: 'done' });
  peer.close();
}
