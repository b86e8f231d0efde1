import { Buffer } from 'node:buffer';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type SetRequest, ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { PolywireError } from '@polywire/sdk/core';
import { describe, expect, it } from 'vitest';
import { batch, frameOf, get, instant, set, slowSets, stageOf, turn } from './kv-session.cases.js';

describe('order', () => {
  it('answers a batch in one write', () => {
    const { session, connection } = stageOf(instant);
    session.onBytes(batch(get('a'), set('b', '1'), get('none'), get('c')));
    expect(connection.writes).toHaveLength(1);
    expect(connection.takeReplies()).toEqual(['200 success a', '200 success 1', '400 None value', '200 success c']);
  });

  it('sets overlap; their replies keep the order of the requests and leave in one write', async () => {
    const { pending, handler } = slowSets();
    const { session, connection } = stageOf(handler);
    session.onBytes(batch(set('a', '1'), set('b', '2'), set('c', '3')));
    expect(pending.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    pending[2]?.resolve();
    pending[1]?.reject(new PolywireError(ErrorCode.STORAGE_FAILED, 'IO error: No space left on device'));
    await turn();
    expect(connection.writes).toHaveLength(0);
    expect(session.runningCalls).toBe(3);
    pending[0]?.resolve();
    await turn();
    expect(connection.writes).toHaveLength(1);
    expect(connection.takeReplies()).toEqual([
      '200 success 1',
      '500 IO error: No space left on device',
      '200 success 3',
    ]);
    expect(session.runningCalls).toBe(0);
  });

  it('a get waits for the sets before it, and nothing more is read until then', async () => {
    const { pending, log, handler } = slowSets();
    const { session, connection } = stageOf(handler);
    session.onBytes(batch(set('a', '1'), get('a'), set('b', '2')));
    expect(log).toEqual(['set a']);
    expect(connection.isPaused).toBe(true);
    session.onBytes(get('late'));
    expect(log).toEqual(['set a']);
    pending[0]?.resolve();
    await turn();
    expect(log).toEqual(['set a', 'get a', 'set b']);
    expect(connection.takeReplies()).toEqual(['200 success 1', '200 success value of a']);
    pending[1]?.resolve();
    await turn();
    expect(connection.takeReplies()).toEqual(['200 success 2', '200 success value of late']);
    expect(connection.isPaused).toBe(false);
  });

  it('a set waits for a get that takes its time', async () => {
    const log: string[] = [];
    const { session, connection } = stageOf({
      get: async () => {
        log.push('get begins');
        await turn();
        log.push('get ends');
        return { found: false };
      },
      set: () => {
        log.push('set');
        return {};
      },
    });
    session.onBytes(batch(get('a'), set('a', '1')));
    await turn();
    await turn();
    expect(log).toEqual(['get begins', 'get ends', 'set']);
    expect(connection.takeReplies()).toEqual(['400 None value', '200 success 1']);
  });

  it('replies that need no call keep their place behind a set', async () => {
    const { pending, handler } = slowSets();
    const { session, connection } = stageOf(handler);
    const publish = frameOf({ reqData: { $case: 'publish', value: { topic: 't' } } });
    session.onBytes(batch(set('a', '1'), publish, new Uint8Array([0, 0, 0, 1, 255])));
    expect(connection.writes).toHaveLength(0);
    pending[0]?.resolve();
    await turn();
    expect(connection.takeReplies()).toEqual([
      '200 success 1',
      '400 Invalid Command',
      expect.stringMatching(/^400 malformed/),
    ]);
  });

  it.each([
    ['calls', { maxCalls: 2 }],
    ['bytes', { maxQueuedBytes: 40 }],
  ])('runs no more sets than the limit of %s', async (_, limits) => {
    const { pending, handler } = slowSets();
    const { session, connection } = stageOf(handler, {}, limits);
    session.onBytes(batch(set('a', 'xx'), set('b', 'xx'), set('c', 'xx')));
    expect(pending).toHaveLength(2);
    expect(connection.isPaused).toBe(true);
    pending[0]?.resolve();
    await turn();
    expect(pending).toHaveLength(3);
    expect(connection.isPaused).toBe(false);
  });
});

describe('borrowed bytes', () => {
  it('the reply of a slow set does not need its input', async () => {
    const { pending, handler } = slowSets();
    const { session, connection } = stageOf(handler);
    const input = set('a', 'kept');
    session.onBytes(input);
    input.fill(0);
    pending[0]?.resolve();
    await turn();
    expect(connection.takeReplies()).toEqual(['200 success kept']);
  });

  it('with hooks, handlers run later and still see the bytes; one request at a time', async () => {
    const seen: string[] = [];
    let running = 0;
    const { session, connection, registry } = stageOf({
      set: async ({ value }) => {
        expect(++running).toBe(1);
        await turn();
        seen.push(Buffer.from(value).toString());
        running--;
        return {};
      },
    });
    const hooked: string[] = [];
    registry.use({ onReceive: ({ method }) => void hooked.push(method.name) });
    const input = batch(set('a', 'first'), set('b', 'second'));
    session.onBytes(input);
    input.fill(0);
    for (let count = 0; count < 6; count++) await turn();
    expect(seen).toEqual(['first', 'second']);
    expect(hooked).toEqual(['Set', 'Set']);
    expect(connection.takeReplies()).toEqual(['200 success first', '200 success second']);
  });
});

describe('what a set means', () => {
  it.each([
    ['ignore', 1000, 0],
    ['seconds', 1000, 1_000_000],
    ['milliseconds', 1000, 1000],
    ['seconds', 0, 0],
    // No more than the service takes: ten years.
    ['seconds', 4_294_967_295, 315_360_000_000],
  ] as const)('expire = %s: %i is %i ms', (expire, value, ttlMs) => {
    const requests: SetRequest[] = [];
    const note = (request: SetRequest): object => {
      requests.push(request);
      return {};
    };
    const { session } = stageOf({ set: note }, { expire });
    session.onBytes(set('k', 'v', value));
    expect(requests).toMatchObject([{ key: 'k', ttlMs, kind: ValueKind.BYTES, ifAbsent: false }]);
  });
});

describe('failures', () => {
  it.each([
    [new PolywireError(ErrorCode.STORAGE_FAILED, 'IO error: disk'), '500 IO error: disk'],
    [new PolywireError(ErrorCode.KEY_TOO_LONG, 'the key is long'), '400 the key is long'],
    [new Error('secret'), '500 an unexpected failure; the log of this side has the cause'],
  ])('%s is answered, and the connection goes on', async (error, line) => {
    const { session, connection } = stageOf({
      get: () => {
        throw error;
      },
      set: () => Promise.reject(error),
    });
    session.onBytes(batch(get('a'), set('b', '1')));
    await turn();
    session.onBytes(get('a'));
    expect(connection.takeReplies()).toEqual([line, line, line]);
    expect(connection.closes).toEqual([]);
  });

  it('the first bad request of a connection is reported, every one is counted', () => {
    const { session, host, failures } = stageOf(instant);
    const bad = new Uint8Array([0, 0, 0, 1, 255]);
    session.onBytes(batch(bad, bad, bad));
    expect(failures).toHaveLength(1);
    expect(host.counters.errors).toBe(3);
  });

  it('a value that no reply has room for is refused before it is written', () => {
    const { session, connection } = stageOf({ set: () => expect.fail('it was written') });
    const request = frameOf({ reqData: { $case: 'set', value: { value: new Uint8Array(8_388_592) } } });
    expect(request.length).toBeLessThanOrEqual(4 + 8_388_608);
    session.onBytes(request);
    expect(connection.takeReplies()).toEqual([
      '400 the value is 8388592 bytes; a frame of this wire has room for 8388591',
    ]);
  });
});

it('a stored value that no reply has room for is a failure of the get', () => {
  const { session, connection } = stageOf({ get: () => ({ found: true, value: new Uint8Array(8_388_592) }) });
  session.onBytes(get('a'));
  expect(connection.takeReplies()).toEqual([
    '400 the value is 8388592 bytes; a frame of this wire has room for 8388591',
  ]);
});
