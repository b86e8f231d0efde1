import { createHmac } from 'node:crypto';
import { SessionService } from '@polywire/protocol/polywire.session.v1';
import { type Client, connect, PolywireError } from '@polywire/sdk';
import { FakeClock } from '@polywire/sdk/testing';
import { type AuthOptions, createServer, type Identity, type PolywireServer, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';

const SECRET = 'a secret that is long enough: 32 bytes';
const TOKEN_MS = 60_000;
const GRACE_MS = 25_000;
const TOKEN_EXPIRED_CLOSE_CODE = 3045;

let clock: FakeClock;
let server: PolywireServer;
let closeCodes: number[];
let reading: Promise<void>;
const clients: Client[] = [];

async function start(more: Partial<AuthOptions> = {}): Promise<void> {
  clock = new FakeClock();
  server = await createServer({
    listeners: [ws({ port: 0 }), tcp({ port: 0 })],
    auth: {
      jwt: { secret: SECRET, clockSkewMs: 0 },
      tokens: [{ token: 'static', clientId: 'CS001', permissions: ['*'] }],
      ...more,
    },
    session: { heartbeatMs: 0, resumeWindowMs: 0 },
    clock,
  });
  closeCodes = [];
  const codes = closeCodes;
  const events = server.events();
  reading = (async () => {
    for await (const event of events) if (event.type === 'closed') codes.push(event.code);
  })();
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function jwt(claims: { sub?: string; permissions?: string[]; livesMs?: number } = {}): string {
  const { sub = 'CS001', permissions = ['data', 'kv'], livesMs = TOKEN_MS } = claims;
  const text = `${encode({ alg: 'HS256' })}.${encode({ sub, permissions, exp: (clock.now() + livesMs) / 1_000 })}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

async function dial(token: string, at = 0): Promise<Client> {
  const client = await connect(server.addresses[at] as string, { token, reconnect: false });
  clients.push(client);
  return client;
}

const session = (client: Client) => client.use(SessionService);

async function failureOf(promise: Promise<unknown>): Promise<PolywireError> {
  const thrown = await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (!PolywireError.is(thrown)) throw thrown;
  return thrown;
}

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  const closing = server.close({ drainMs: 0 });
  // What the stop waits for is on the clock that stands still.
  const ticking = setInterval(() => clock.advance(1_000), 5);
  await closing;
  clearInterval(ticking);
  await reading;
});

describe.each([0, 1] as const)('a token that expires, over listener %i', (at) => {
  it('is told in the Welcome; its session ends after the grace, not before', async () => {
    await start();
    const client = await dial(jwt(), at);
    expect(client.welcome.tokenExpiresAtMs).toBe(clock.now() + TOKEN_MS);
    clock.advance(TOKEN_MS + GRACE_MS - 1);
    await client.kv.get({ key: 'still' });
    clock.advance(1_000);
    await expect.poll(() => closeCodes).toEqual([TOKEN_EXPIRED_CLOSE_CODE]);
    expect(server.sessions()).toHaveLength(0);
  });

  it('is followed by a newer one on the same connection', async () => {
    await start();
    const client = await dial(jwt(), at);
    clock.advance(TOKEN_MS);
    const { tokenExpiresAtMs } = await session(client).authenticate({ token: jwt() });
    expect(tokenExpiresAtMs).toBe(clock.now() + TOKEN_MS);
    clock.advance(TOKEN_MS + GRACE_MS - 1_000);
    await client.kv.get({ key: 'still' });
    expect(await session(client).authenticate({ token: 'static' })).toEqual({ tokenExpiresAtMs: 0 });
    clock.advance(1_000_000);
    await client.kv.get({ key: 'still' });
    expect(closeCodes).toEqual([]);
  });
});

describe('Authenticate', () => {
  it('gives and takes permissions from the next call on', async () => {
    await start();
    const client = await dial(jwt({ permissions: ['kv'] }));
    await client.kv.set({ key: 'a', value: new Uint8Array() });
    await session(client).authenticate({ token: jwt({ permissions: ['kv.read'] }) });
    await client.kv.get({ key: 'a' });
    expect((await failureOf(client.kv.set({ key: 'a', value: new Uint8Array() }))).codeName).toBe('PERMISSION_DENIED');
    await session(client).authenticate({ token: jwt({ permissions: ['kv.write'] }) });
    await client.kv.set({ key: 'a', value: new Uint8Array() });
  });

  it('with a token that does not do changes nothing', async () => {
    await start();
    const client = await dial(jwt());
    const refusal = async (token: string): Promise<string> =>
      (await failureOf(session(client).authenticate({ token }))).codeName;
    expect(await refusal(jwt({ sub: 'CS002' }))).toBe('PERMISSION_DENIED');
    expect(await refusal(`${jwt()}x`)).toBe('UNAUTHENTICATED');
    expect(await refusal('')).toBe('UNAUTHENTICATED');
    expect(await refusal(jwt({ livesMs: -1_000 }))).toBe('TOKEN_EXPIRED');
    await client.kv.get({ key: 'a' });
    clock.advance(TOKEN_MS + GRACE_MS + 1_000);
    await expect.poll(() => closeCodes).toEqual([TOKEN_EXPIRED_CLOSE_CODE]);
  });

  it('does not make a client of who had no token', async () => {
    await start({ anonymous: ['kv'] });
    const client = await dial('');
    expect((await failureOf(session(client).authenticate({ token: jwt() }))).codeName).toBe('PERMISSION_DENIED');
    expect((await failureOf(client.data.read({ key: 'a' }))).codeName).toBe('PERMISSION_DENIED');
    await client.kv.get({ key: 'a' });
  });

  it('checks one token of a session at a time', async () => {
    await start();
    const client = await dial(jwt());
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => session(client).authenticate({ token: jwt() })),
    );
    const failures = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(failures).toHaveLength(4);
    for (const { reason } of failures) expect((reason as PolywireError).codeName).toBe('FAILED_PRECONDITION');
    await session(client).authenticate({ token: jwt() });
  });
});

describe('sessions whose tokens expire', () => {
  it('share one timer', async () => {
    await start();
    await dial(jwt());
    const timers = clock.pending;
    for (let i = 0; i < 20; i++) await dial(jwt({ livesMs: TOKEN_MS + i * 100_000 }));
    expect(clock.pending).toBe(timers);
    clock.advance(TOKEN_MS + GRACE_MS + 10 * 100_000);
    await expect.poll(() => closeCodes.length).toBe(12);
    expect(server.sessions()).toHaveLength(9);
  });

  it('leave nothing behind when they end before', async () => {
    await start();
    const timers = clock.pending;
    const client = await dial(jwt({ livesMs: 3_600_000 }));
    await client.close();
    await expect.poll(() => server.sessions()).toHaveLength(0);
    await expect.poll(() => clock.pending).toBe(timers);
  });

  it('leave nothing behind when they end while their token is being checked', async () => {
    let decide: () => void = () => {};
    const authenticate = (): Promise<Identity> =>
      new Promise((resolve) => {
        decide = () => resolve({ permissions: ['*'], expiresAtMs: clock.now() + TOKEN_MS });
      });
    await start({ authenticate });
    const timers = clock.pending;
    const dialing = new AbortController();
    const attempt = connect(server.addresses[0] as string, { token: 't', reconnect: false, signal: dialing.signal });
    await expect.poll(() => server.sessions().length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    dialing.abort();
    await expect(attempt).rejects.toThrow();
    await expect.poll(() => server.sessions().length).toBe(0);
    decide();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(clock.pending).toBe(timers);
  });

  it('are not let in with a token that has expired', async () => {
    await start();
    expect((await failureOf(dial(jwt({ livesMs: -1_000 })))).codeName).toBe('TOKEN_EXPIRED');
  });
});
