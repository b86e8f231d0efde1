import { FakeClock } from '@polywire/sdk/testing';
import { describe, expect, it } from 'vitest';
import { RedisSubscriber } from './redis-subscriber.js';
import type { RedisAttempt, RedisSubscription } from './redis-subscription.js';

class FakeAttempt implements RedisAttempt {
  succeed!: () => void;
  fail!: (error: Error) => void;
  lose!: (error: Error) => void;
  closed = 0;
  readonly subscribed = new Promise<RedisSubscription>((resolve, reject) => {
    this.succeed = () => {
      const ended = new Promise<Error>((lose) => {
        this.lose = lose;
      });
      resolve({ ended, close: () => this.close() });
    };
    this.fail = reject;
  });

  close(): void {
    this.closed++;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function stage(random = 0.5) {
  const clock = new FakeClock();
  const attempts: FakeAttempt[] = [];
  const told: string[] = [];
  const subscriber = new RedisSubscriber({
    attempt: () => {
      const attempt = new FakeAttempt();
      attempts.push(attempt);
      return attempt;
    },
    onState: (state, reason) => told.push(reason === undefined ? state : `${state}: ${reason.message}`),
    onFailure: (reason) => told.push(`failed: ${reason.message}`),
    clock,
    random: () => random,
  });
  subscriber.start();
  return { clock, attempts, told, subscriber, last: () => attempts.at(-1) as FakeAttempt };
}

describe('RedisSubscriber', () => {
  it('tries again after growing delays below a second, drawn from zero on', async () => {
    const { clock, attempts, told, last } = stage(0.999);
    const delays: number[] = [];
    for (let index = 0; index < 8; index++) {
      last().fail(new Error(`no ${index}`));
      await turn();
      let delayMs = 0;
      while (attempts.length === index + 1) {
        clock.advance(1);
        delayMs++;
      }
      delays.push(delayMs);
    }
    expect(delays).toEqual([99, 199, 399, 799, 999, 999, 999, 999]);
    expect(told).toEqual(delays.map((_, index) => `failed: no ${index}`));
    expect(attempts.slice(0, -1).map(({ closed }) => closed)).toEqual(delays.map(() => 1));
  });

  it('tells a loss once, then the return, and begins with short delays again', async () => {
    const { clock, attempts, told, subscriber, last } = stage();
    for (let index = 0; index < 5; index++) {
      last().fail(new Error('no'));
      await turn();
      clock.advance(1000);
    }
    told.length = 0;
    last().succeed();
    await turn();
    expect(subscriber.state).toBe('subscribed');
    last().lose(new Error('gone'));
    await turn();
    expect(subscriber.state).toBe('reconnecting');
    const before = attempts.length;
    clock.advance(50);
    expect(attempts.length).toBe(before + 1);
    last().fail(new Error('still'));
    await turn();
    clock.advance(100);
    last().succeed();
    await turn();
    expect(told).toEqual(['subscribed', 'reconnecting: gone', 'failed: still', 'subscribed']);
  });

  it.each([
    ['a success', (attempt: FakeAttempt) => attempt.succeed()],
    ['a failure', (attempt: FakeAttempt) => attempt.fail(new Error('no'))],
  ])('is settled after the first attempt, with %s', async (_, end) => {
    const { subscriber, last } = stage();
    let settled = false;
    void subscriber.settled.then(() => {
      settled = true;
    });
    await turn();
    expect(settled).toBe(false);
    end(last());
    await turn();
    expect(settled).toBe(true);
  });

  it('does nothing more once it is closed', async () => {
    for (const end of ['succeed', 'fail'] as const) {
      const { clock, attempts, told, subscriber, last } = stage();
      subscriber.close();
      expect(last().closed).toBe(1);
      last()[end](new Error('late'));
      await turn();
      clock.advance(10_000);
      expect([attempts.length, told, subscriber.state]).toEqual([1, [], 'closed']);
    }
    const { clock, attempts, told, subscriber, last } = stage();
    last().succeed();
    await turn();
    subscriber.close();
    last().lose(new Error('because it was closed'));
    await turn();
    clock.advance(10_000);
    expect([attempts.length, told]).toEqual([1, ['subscribed']]);
  });

  it('cancels an attempt that waits for its time', async () => {
    const { clock, attempts, subscriber, last } = stage();
    last().fail(new Error('no'));
    await turn();
    subscriber.close();
    clock.advance(10_000);
    expect(attempts.length).toBe(1);
  });
});
