import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it, vi } from 'vitest';
import { PolywireError } from '../core/index.js';
import { bytes, failureOf, said, settled, setUp, task } from './io-client.cases.js';

describe('a worker', () => {
  it('offers itself, does tasks and says what became of them', async () => {
    const { client, stream, clock } = await setUp();
    const seen: unknown[] = [];
    const worker = client.worker(
      'double',
      (payload, context) => {
        clock.advance(100);
        seen.push([context.clientId, context.remainingMs]);
        if (payload[0] === 9) throw new PolywireError(ErrorCode.NOT_FOUND, 'no nines');
        if (payload[0] === 8) throw new Error('secret');
        return payload.map((value) => value * 2);
      },
      { concurrency: 4 },
    );
    await settled();
    stream(0).say({ $case: 'ready', value: {} });
    await worker.ready;
    stream(0).say(task('a', bytes(1, 2)));
    await settled();
    stream(0).say(task('b', bytes(9)));
    stream(0).say(task('c', bytes(8)));
    await settled();
    expect(said(stream(0))).toEqual([
      'offer double 4',
      'a: 2,4',
      `b: error ${ErrorCode.NOT_FOUND} no nines`,
      `c: error ${ErrorCode.INTERNAL} an unexpected failure; the log of this side has the cause`,
    ]);
    expect(seen[0]).toEqual(['asker', 400]);
  });

  it('is told when nobody waits any more, and says nothing then', async () => {
    const { client, stream } = await setUp();
    let reason: unknown;
    client.worker(
      'slow',
      (_payload, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            resolve(bytes(1));
          });
        }),
    );
    await settled();
    stream(0).say(task('a'));
    await settled();
    stream(0).say({ $case: 'cancel', value: { taskId: 'a' } });
    stream(0).say({ $case: 'cancel', value: { taskId: 'unknown' } });
    stream(0).say({ $case: 'late', value: { taskId: 'unknown' } });
    await settled();
    expect((reason as PolywireError).code).toBe(ErrorCode.CANCELLED);
    expect(said(stream(0))).toEqual(['offer slow 1']);
  });

  it.each([true, false])(
    'comes back: results that may be lost are said again if the session goes on (%s)',
    async (resumes) => {
      const { client, stream, streams, comeBack } = await setUp({}, { resumes });
      const finish: ((value: Uint8Array) => void)[] = [];
      client.worker('slow', () => new Promise((resolve) => finish.push(resolve)), { concurrency: 2 });
      await settled();
      stream(0).say(task('done'));
      stream(0).say(task('running'));
      await settled();
      finish[0]?.(bytes(1));
      await settled();
      await comeBack();
      expect(streams).toHaveLength(2);
      finish[1]?.(bytes(2));
      await settled();
      expect(said(stream(1))).toEqual(resumes ? ['offer slow 2', 'done: 1', 'running: 2'] : ['offer slow 2']);
    },
  );

  it('that is not taken now offers itself again later; that is not taken at all says so', async () => {
    const { clock, client, stream, streams } = await setUp();
    client.worker('patient', () => bytes());
    await settled();
    stream(0).fail(new PolywireError(ErrorCode.RATE_LIMITED, 'later', { retryAfterMs: 3_000 }));
    await settled();
    clock.advance(2_999);
    await settled();
    expect(streams).toHaveLength(1);
    clock.advance(1);
    await settled();
    expect(said(stream(1))).toEqual(['offer patient 1']);

    const unwanted = client.worker('unwanted', () => bytes());
    await settled();
    stream(2).fail(new PolywireError(ErrorCode.PERMISSION_DENIED, 'no'));
    expect(await failureOf(unwanted.ready)).toBe('PERMISSION_DENIED');
    clock.advance(60_000);
    await settled();
    expect(streams).toHaveLength(3);
  });

  it('that is stopped finishes what runs; one whose client is closed ends', async () => {
    const { clock, client, stream } = await setUp();
    let finish: (value: Uint8Array) => void = () => {};
    const worker = client.worker('slow', () => new Promise((resolve) => (finish = resolve)));
    const other = client.worker('other', () => bytes());
    await settled();
    stream(0).say(task('a'));
    await settled();
    worker.stop();
    await settled();
    expect(stream(0).ended).toBe(false);
    finish(bytes(7));
    await settled();
    expect([said(stream(0)), stream(0).ended]).toEqual([['offer slow 1', 'a: 7'], true]);
    await client.close();
    expect(await failureOf(other.ready)).toBe('CANCELLED');
    expect(clock.pending).toBe(0);
  });

  it('that is stopped follows its client no more', async () => {
    const { client } = await setUp();
    const following = vi.spyOn(client, 'status');
    const worker = client.worker('w', () => bytes());
    await settled();
    worker.stop();
    const statuses = following.mock.results[0]?.value as ReturnType<typeof client.status>;
    expect(await statuses.next()).toEqual({ done: true, value: undefined });
    expect((await worker.stopped).code).toBe(ErrorCode.CANCELLED);
  });

  it('that the server takes no more, later, says so', async () => {
    const { client, stream } = await setUp();
    const worker = client.worker('w', () => bytes());
    await settled();
    stream(0).say({ $case: 'ready', value: {} });
    await worker.ready;
    stream(0).fail(new PolywireError(ErrorCode.PERMISSION_DENIED, 'not any more'));
    expect((await worker.stopped).message).toBe('not any more');
  });
});
