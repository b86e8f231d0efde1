import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { PolywireError } from '../core/index.js';
import { FakeClock } from '../testing/fake-clock.js';
import { ConnectionKeeper, type KeeperOptions } from './connection-keeper.js';
import type { ConnectionLoss } from './connection-loss.js';
import type { ConnectionStatus } from './connection-status.js';

interface Kept {
  readonly resumed: boolean;
}

interface Attempt {
  readonly url: string;
  readonly signal: AbortSignal;
  welcome(resumed?: boolean): Promise<Kept>;
  fail(loss: ConnectionLoss): Promise<void>;
}

const unavailable = (retryAfterMs = 0): ConnectionLoss => ({
  error: new PolywireError(ErrorCode.UNAVAILABLE, 'gone', { retryAfterMs }),
  final: false,
});
const refused: ConnectionLoss = { error: new PolywireError(ErrorCode.UNAUTHENTICATED, 'no'), final: true };
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A keeper whose attempts the test decides; `random` is one half unless it says otherwise. */
function setUp(options: Partial<KeeperOptions<Kept>> = {}) {
  const clock = new FakeClock();
  const attempts: Attempt[] = [];
  const seen: ConnectionStatus[] = [];
  const errors: PolywireError[] = [];
  const discarded: Kept[] = [];
  const keeper = new ConnectionKeeper<Kept>({
    clock,
    random: () => 0.5,
    urls: [new URL('ws://a/')],
    reconnect: {},
    firstRetries: 0,
    open: (url, signal) =>
      new Promise((resolve, reject) => {
        attempts.push({
          url: url.href,
          signal,
          welcome: async (resumed = false) => {
            const kept = { resumed };
            resolve(kept);
            await settled();
            return kept;
          },
          fail: async (loss) => {
            reject(loss);
            await settled();
          },
        });
      }),
    discard: (kept) => discarded.push(kept),
    onStatus: (status, _kept, error) => {
      seen.push(status);
      if (error !== undefined) errors.push(error);
    },
    ...options,
  });
  keeper.start();
  const attempt = (index: number): Attempt => attempts[index] as Attempt;
  return { keeper, clock, attempts, attempt, seen, errors, discarded, names: () => seen.map((status) => status.state) };
}

describe('the ways between the states', () => {
  it('connecting -> connected -> disconnected -> connecting -> connected, with code, reason, delay and resumed', async () => {
    const { keeper, clock, attempt, seen } = setUp();
    const first = await attempt(0).welcome();
    expect(keeper.connection).toBe(first);
    keeper.lost(first, unavailable());
    expect(keeper.connection).toBeUndefined();
    clock.advance(250);
    await attempt(1).welcome(true);
    expect(seen).toMatchObject([
      { state: 'connecting', attempt: 1, code: 0, reason: '', url: 'ws://a/' },
      { state: 'connected', attempt: 1, resumed: false },
      { state: 'disconnected', attempt: 1, code: ErrorCode.UNAVAILABLE, reason: 'gone', retryInMs: 250 },
      { state: 'connecting', attempt: 2 },
      { state: 'connected', attempt: 2, resumed: true },
    ]);
  });

  it('connecting -> closed when the first try fails', async () => {
    const { attempt, names, errors } = setUp();
    const loss = unavailable();
    await attempt(0).fail(loss);
    expect(names()).toEqual(['connecting', 'closed']);
    expect(errors).toEqual([loss.error]);
  });

  it('connecting -> disconnected -> connecting for as many first tries as were allowed', async () => {
    const { clock, attempt, names } = setUp({ firstRetries: 1 });
    await attempt(0).fail(unavailable());
    clock.advance(1_000);
    await attempt(1).fail(unavailable());
    expect(names()).toEqual(['connecting', 'disconnected', 'connecting', 'closed']);
  });

  it('connecting -> closed when a try is refused for good, also a later one', async () => {
    const { keeper, clock, attempt, names } = setUp();
    keeper.lost(await attempt(0).welcome(), unavailable());
    clock.advance(1_000);
    await attempt(1).fail(refused);
    expect(names()).toEqual(['connecting', 'connected', 'disconnected', 'connecting', 'closed']);
  });

  it('connected -> closed: a final loss, or no reconnect', async () => {
    const final = setUp();
    final.keeper.lost(await final.attempt(0).welcome(), refused);
    const once = setUp({ reconnect: undefined });
    once.keeper.lost(await once.attempt(0).welcome(), unavailable());
    expect([final.names(), once.names()]).toEqual([
      ['connecting', 'connected', 'closed'],
      ['connecting', 'connected', 'closed'],
    ]);
  });

  it('close() from every state: no timer and no try is left, and it is told once', async () => {
    const connecting = setUp();
    connecting.keeper.close(refused.error);
    expect(connecting.attempt(0).signal.aborted).toBe(true);
    const late = await connecting.attempt(0).welcome();
    expect(connecting.discarded).toEqual([late]);

    const disconnected = setUp();
    disconnected.keeper.lost(await disconnected.attempt(0).welcome(), unavailable());
    disconnected.keeper.close(refused.error);
    expect(disconnected.clock.pending).toBe(0);

    const connected = setUp();
    await connected.attempt(0).welcome();
    for (const { keeper, names } of [connecting, disconnected, connected]) {
      keeper.close(refused.error);
      keeper.close(refused.error);
      keeper.wake();
      expect(names().filter((name) => name === 'closed')).toHaveLength(1);
    }
    expect(connected.attempts).toHaveLength(1);
  });

  it('connected -> disconnected when the server sends the client away; the old connection counts no more', async () => {
    const { keeper, clock, attempt, attempts, names } = setUp();
    const old = await attempt(0).welcome();
    const error = new PolywireError(ErrorCode.DRAINING, 'bye', { retryAfterMs: 3_000 });
    expect(keeper.leave(old, error)).toBe(true);
    keeper.lost(old, refused);
    expect(keeper.leave(old, error)).toBe(false);
    clock.advance(3_249);
    expect(attempts).toHaveLength(1);
    clock.advance(1);
    await attempt(1).welcome();
    keeper.lost(old, refused);
    expect(names()).toEqual(['connecting', 'connected', 'disconnected', 'connecting', 'connected']);
  });
});

describe('delays', () => {
  async function delaysOf(count: number, random: () => number, reconnect = {}): Promise<number[]> {
    const { keeper, clock, attempt, seen } = setUp({ random, reconnect });
    keeper.lost(await attempt(0).welcome(), unavailable());
    for (let index = 1; index < count; index++) {
      clock.advance(30_000);
      await attempt(index).fail(unavailable());
    }
    return seen.filter((status) => status.state === 'disconnected').map((status) => status.retryInMs);
  }

  it('are drawn from all of a bound that doubles up to its end', async () => {
    expect(await delaysOf(8, () => 0.999999)).toEqual([499, 999, 1999, 3999, 7999, 15999, 19999, 19999]);
    expect(await delaysOf(3, () => 0)).toEqual([0, 0, 0]);
    expect(await delaysOf(3, () => 0.5, { firstMs: 10, maxMs: 12 })).toEqual([5, 6, 6]);
  });

  it('begin anew after a connection that held for 10 s, and not before', async () => {
    const { keeper, clock, attempt, seen } = setUp();
    keeper.lost(await attempt(0).welcome(), unavailable());
    clock.advance(250);
    const short = await attempt(1).welcome();
    clock.advance(9_999);
    keeper.lost(short, unavailable());
    clock.advance(500);
    const long = await attempt(2).welcome();
    clock.advance(10_000);
    keeper.lost(long, unavailable());
    expect(seen.filter((status) => status.state === 'disconnected').map((status) => status.retryInMs)).toEqual([
      250, 500, 250,
    ]);
  });

  it('are over when the machine wakes, but not before the time that the server named', async () => {
    const { keeper, clock, attempt, attempts } = setUp();
    keeper.wake();
    keeper.lost(await attempt(0).welcome(), unavailable());
    keeper.wake();
    expect(attempts).toHaveLength(2);
    expect(clock.pending).toBe(0);
    await attempt(1).fail(unavailable(5_000));
    keeper.wake();
    clock.advance(4_999);
    keeper.wake();
    expect(attempts).toHaveLength(2);
    clock.advance(1);
    keeper.wake();
    expect(attempts).toHaveLength(3);
  });

  it('end: so many tries, and the client closes', async () => {
    const { keeper, clock, attempt, names } = setUp({ reconnect: { attempts: 2 } });
    const held = await attempt(0).welcome();
    clock.advance(10_000);
    keeper.lost(held, unavailable());
    clock.advance(1_000);
    await attempt(1).fail(unavailable());
    clock.advance(1_000);
    await attempt(2).fail(unavailable());
    expect(names().slice(2)).toEqual(['disconnected', 'connecting', 'disconnected', 'connecting', 'closed']);
  });
});

describe('several addresses', () => {
  const urls = [new URL('ws://a/'), new URL('ws://b/')];

  it('are tried in turn: at first without a delay, then at the usual ones', async () => {
    const { keeper, clock, attempt, attempts } = setUp({ urls });
    await attempt(0).fail(unavailable());
    clock.advance(0);
    keeper.lost(await attempt(1).welcome(), unavailable());
    clock.advance(250);
    expect(attempts.map(({ url }) => url)).toEqual(['ws://a/', 'ws://b/', 'ws://a/']);
  });

  it('have all failed once: the client closes', async () => {
    const { clock, attempt, names } = setUp({ urls });
    await attempt(0).fail(unavailable());
    clock.advance(0);
    await attempt(1).fail(unavailable());
    expect(names()).toEqual(['connecting', 'disconnected', 'connecting', 'closed']);
  });
});
