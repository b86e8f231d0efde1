import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { PolywireError } from '../core/index.js';
import { connectToMemory, FakeClock, MemoryServer } from '../testing/index.js';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A client whose tokens are valid for `lifeMs`; `answer` decides what Authenticate does. */
async function setUp(lifeMs: number, answer?: (token: string) => void) {
  const clock = new FakeClock();
  const renewed: string[] = [];
  const server = new MemoryServer(() => {}, {
    clock,
    welcome: () => ({ sessionId: 's', tokenExpiresAtMs: clock.now() + lifeMs }),
    session: {
      authenticate: ({ token }) => {
        renewed.push(token);
        answer?.(token);
        return { tokenExpiresAtMs: clock.now() + lifeMs };
      },
    },
  });
  let asked = 0;
  const tokens: { next: () => string | Promise<string> } = { next: () => `token-${asked}` };
  const client = await connectToMemory(server, 'memory://server', {
    clock,
    random: () => 0,
    token: () => {
      asked++;
      return tokens.next();
    },
  });
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settled();
  };
  return { clock, server, client, tokens, renewed, pass };
}

describe('a token that ends', () => {
  it('is renewed on the live connection when four fifths of its time are over, again and again', async () => {
    const { server, client, renewed, pass } = await setUp(10_000);
    await pass(7_999);
    expect(renewed).toEqual([]);
    await pass(1);
    await pass(8_000);
    expect(renewed).toEqual(['token-2', 'token-3']);
    expect(server.connections).toHaveLength(1);
    await client.close();
    await pass(100_000);
    expect(renewed).toHaveLength(2);
  });

  it('is renewed at ease when the clocks of both sides differ', async () => {
    const { renewed, pass } = await setUp(-5_000);
    await pass(29_999);
    expect(renewed).toEqual([]);
    await pass(1);
    expect(renewed).toEqual(['token-2']);
  });

  it('is asked for again when the function or the server fails', async () => {
    const { client, tokens, renewed, pass } = await setUp(10_000, (token) => {
      if (token === 'token-3') throw new PolywireError(ErrorCode.RATE_LIMITED, 'later', { retryAfterMs: 6_000 });
    });
    const { next } = tokens;
    tokens.next = () => Promise.reject(new Error('the identity provider is down'));
    await pass(8_000);
    tokens.next = next;
    expect(renewed).toEqual([]);
    await pass(5_000);
    expect(renewed).toEqual(['token-3']);
    await pass(6_000);
    expect(renewed).toEqual(['token-3', 'token-4']);
    expect(client.state).toBe('connected');
  });

  it('and has no successor, or one that is refused, ends the client', async () => {
    const empty = await setUp(10_000);
    empty.tokens.next = () => '';
    await empty.pass(8_000);
    const refused = await setUp(10_000, () => {
      throw new PolywireError(ErrorCode.UNAUTHENTICATED, 'no');
    });
    await refused.pass(8_000);
    for (const { client, clock } of [empty, refused]) {
      expect(client.state).toBe('closed');
      expect((await client.closed()).code).toBe(ErrorCode.UNAUTHENTICATED);
      expect(clock.pending).toBe(0);
    }
  });

  it('may take as long as connecting', async () => {
    const { tokens, renewed, pass } = await setUp(10_000);
    tokens.next = () => new Promise<never>(() => {});
    await pass(8_000);
    await pass(10_000);
    tokens.next = () => 'fresh';
    await pass(5_000);
    expect(renewed).toEqual(['fresh']);
  });
});
