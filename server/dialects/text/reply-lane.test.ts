import { describe, expect, it } from 'vitest';
import { type Reply, ReplyLane } from './reply-lane.js';

interface Held {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** A lane whose late answers the test gives, by name. */
function makeLane() {
  const sent: Reply[] = [];
  const begun: string[] = [];
  const failures: unknown[] = [];
  const held = new Map<string, Held>();
  let idle = 0;
  const lane = new ReplyLane({
    send: (reply) => sent.push(reply),
    onFailure: (thrown) => failures.push(thrown),
    onIdle: () => {
      idle++;
    },
  });
  const late = (name: string, alone = false): void =>
    lane.add(
      () => {
        begun.push(name);
        return new Promise<Reply>((resolve, reject) => held.set(name, { resolve, reject }));
      },
      10,
      alone,
    );
  const answer = async (name: string): Promise<void> => {
    held.get(name)?.resolve(name);
    await Promise.resolve();
  };
  return { lane, sent, begun, failures, held, late, answer, idle: () => idle };
}

describe('ReplyLane', () => {
  it('sends at once what is answered at once', () => {
    const { lane, sent, idle } = makeLane();
    lane.add(() => 'a', 1, true);
    lane.add(() => 'b', 1, false);
    expect(sent).toEqual(['a', 'b']);
    expect([lane.length, lane.waitingBytes, idle()]).toEqual([0, 0, 2]);
  });

  it('answers in the order of the questions, whichever is ready first', async () => {
    const { lane, sent, begun, late, answer } = makeLane();
    late('a');
    late('b');
    lane.add(() => 'c', 1, false);
    expect(begun).toEqual(['a', 'b']);
    await answer('b');
    expect(sent).toEqual([]);
    await answer('a');
    expect(sent).toEqual(['a', 'b', 'c']);
    expect(lane.waitingBytes).toBe(0);
  });

  it('begins an alone turn when all before it is answered, and what follows after it', async () => {
    const { sent, begun, late, answer } = makeLane();
    late('a');
    late('b', true);
    late('c');
    expect(begun).toEqual(['a']);
    await answer('a');
    expect(begun).toEqual(['a', 'b']);
    await answer('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    await answer('c');
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('is dead after a failure: nothing more begins or is sent', async () => {
    const { lane, sent, begun, failures, held, late, answer } = makeLane();
    late('a');
    late('b');
    late('c', true);
    const error = new Error('no disk');
    held.get('a')?.reject(error);
    await new Promise((resolve) => setTimeout(resolve, 0));
    await answer('b');
    late('d');
    expect(failures).toEqual([error]);
    expect([sent, begun, lane.length, lane.waitingBytes]).toEqual([[], ['a', 'b'], 0, 0]);
  });

  it('reports what is thrown at once', () => {
    const { lane, failures, sent } = makeLane();
    lane.add(
      () => {
        throw new Error('at once');
      },
      1,
      false,
    );
    lane.add(() => 'x', 1, false);
    expect(failures).toHaveLength(1);
    expect(sent).toEqual([]);
  });

  it('counts what waits', () => {
    const { lane, late } = makeLane();
    late('a');
    const one = lane.waitingBytes;
    late('b');
    expect(one).toBeGreaterThan(10);
    expect(lane.waitingBytes).toBe(2 * one);
    lane.end();
    expect([lane.length, lane.waitingBytes]).toEqual([0, 0]);
  });
});
