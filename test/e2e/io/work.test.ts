import { ConformanceService, UnaryRequestCodec, UnaryResponseCodec } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { decode, encode } from '@polywire/protocol/wire';
import { PolywireError, work } from '@polywire/sdk';
import { describe, expect, it } from 'vitest';
import { bytes, join, startServer, text } from './io-client.js';
import { ManualWorker } from './worker.js';

const ready = (...workers: ManualWorker[]) =>
  expect.poll(() => workers.every(({ said }) => said[0] === 'ready')).toBe(true);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (thrown: unknown) => (PolywireError.is(thrown) ? thrown.codeName : String(thrown)),
  );

describe('Request and Work', () => {
  it('brings a task to a worker and its result or error back', async () => {
    const server = await startServer();
    const [asker, other] = [await join(server, 'asker'), await join(server, 'printer', 1)];
    const worker = new ManualWorker(other.io, 'print');
    await ready(worker);
    const done = asker.io.request({ worker: 'print', payload: bytes('page'), methodId: 7 }, { timeoutMs: 5_000 });
    await expect.poll(() => worker.tasks.length).toBe(1);
    const task = worker.events[1];
    expect(task).toMatchObject({ $case: 'task', value: { methodId: 7, clientId: 'asker' } });
    if (task?.$case !== 'task') return;
    expect(text(task.value.payload)).toBe('page');
    expect(task.value.timeoutMs).toBeGreaterThan(1_000);
    expect(task.value.timeoutMs).toBeLessThanOrEqual(5_000);
    worker.finish(task.value.taskId, bytes('printed'));
    const { payload, clientId } = await done;
    expect([text(payload), clientId]).toEqual(['printed', 'printer']);
    const failing = asker.io.request({ worker: 'print' });
    await expect.poll(() => worker.tasks.length).toBe(2);
    const error = { code: ErrorCode.OUT_OF_RANGE, message: 'no paper', details: new Map([['tray', '2']]) };
    worker.send({ $case: 'result', value: { taskId: worker.tasks[1] as string, error } });
    await expect(failing).rejects.toMatchObject({
      code: ErrorCode.OUT_OF_RANGE,
      message: 'no paper',
      details: { tray: '2' },
    });
  });

  it('loses no worker to a task or a result that is too large for it', async () => {
    const limits = { maxValueBytes: 10_000, maxPayloadBytes: 100_000, maxMessageBytes: 200_000 };
    const server = await startServer({ limits });
    const [asker, other] = [await join(server), await join(server, 'w', 1)];
    const offer = work(other.client, 'w', ([wanted = 0]) => new Uint8Array(wanted * 1_000));
    await offer.ready;
    const ask = (payload: Uint8Array) => asker.io.request({ worker: 'w', payload, retry: true });
    let refused = 0;
    for (const missing of [1_100, 1_000, 200, 100, 60, 50, 40, 30, 20, 10, 0]) {
      const outcome = await failure(ask(new Uint8Array(limits.maxMessageBytes - missing)));
      if (outcome !== 'no error') refused++;
      expect(['no error', 'PACKET_TOO_LARGE']).toContain(outcome);
    }
    expect(refused).toBe(10);
    expect(await failure(ask(Uint8Array.of(198)))).toBe('no error');
    for (const wanted of [199, 200, 255]) expect(await failure(ask(Uint8Array.of(wanted)))).toBe('PACKET_TOO_LARGE');
    expect((await ask(Uint8Array.of(1))).payload.length).toBe(1_000);
    offer.stop();
  });

  it('fails at once when there is no worker, or none of that client', async () => {
    const server = await startServer();
    const [a, b] = [await join(server, 'a'), await join(server, 'b')];
    expect(await failure(a.io.request({ worker: 'w' }))).toBe('NO_WORKER');
    await ready(new ManualWorker(b.io, 'w'));
    expect(await failure(a.io.request({ worker: 'w', clientId: 'c' }))).toBe('NO_WORKER');
    expect(await failure(a.io.request({ worker: 'v' }))).toBe('NO_WORKER');
  });

  it('keeps to the concurrency of each worker, asks the least busy one and queues the rest', async () => {
    const server = await startServer();
    const [asker, b, c] = [await join(server), await join(server, 'b'), await join(server, 'c', 1)];
    const [one, two] = [new ManualWorker(b.io, 'w', 2), new ManualWorker(c.io, 'w', 1)];
    await ready(one, two);
    const requests = Array.from({ length: 5 }, (_, index) =>
      asker.io.request({ worker: 'w', payload: bytes(`${index}`) }),
    );
    await expect.poll(() => [one.tasks.length, two.tasks.length]).toEqual([2, 1]);
    const only = asker.io.request({ worker: 'w', clientId: 'c' });
    for (const task of one.tasks) one.finish(task, bytes('one'));
    await expect.poll(() => [one.tasks.length, two.tasks.length]).toEqual([4, 1]);
    two.finish(two.tasks[0] as string, bytes('two'));
    await expect.poll(() => two.tasks.length).toBe(2);
    two.finish(two.tasks[1] as string, bytes('only'));
    expect(text((await only).payload)).toBe('only');
    for (const task of one.tasks.slice(2)) one.finish(task, bytes('one'));
    const results = await Promise.all(requests);
    expect(results.map(({ clientId }) => clientId).sort()).toEqual(['b', 'b', 'b', 'b', 'c']);
  });

  // One that reconnects gives its calls keys, under which they run apart from their connection.
  it.each([
    ['does not reconnect', false],
    ['reconnects', {}],
  ] as const)(
    'withdraws a task at the deadline and for its caller, which %s; late results are known',
    async (_, reconnect) => {
      const server = await startServer();
      const [asker, other] = [await join(server, '', 0, reconnect), await join(server)];
      const worker = new ManualWorker(other.io, 'w', 4);
      await ready(worker);
      expect(await failure(asker.io.request({ worker: 'w' }, { timeoutMs: 100 }))).toBe('DEADLINE_EXCEEDED');
      const abort = new AbortController();
      const withdrawn = failure(asker.io.request({ worker: 'w' }, { signal: abort.signal }));
      await expect.poll(() => worker.tasks.length).toBe(2);
      abort.abort();
      expect(await withdrawn).toBe('CANCELLED');
      await expect.poll(() => worker.said.filter((said) => said === 'cancel').length).toBe(2);
      for (const task of worker.tasks) worker.finish(task, bytes('late'));
      worker.finish('never given', bytes('x'));
      await expect.poll(() => worker.said.filter((said) => said === 'late').length).toBe(3);
      // An answer that is given twice changes nothing for whoever comes next.
      const third = asker.io.request({ worker: 'w' });
      await expect.poll(() => worker.tasks.length).toBe(3);
      const [, , taskId = ''] = worker.tasks;
      worker.finish(taskId, bytes('first'));
      worker.finish(taskId, bytes('second'));
      expect(text((await third).payload)).toBe('first');
      await expect.poll(() => worker.said.filter((said) => said === 'late').length).toBe(4);
      expect(worker.error).toBeUndefined();
    },
  );

  it('does not let one worker answer the task of another', async () => {
    const server = await startServer();
    const [asker, b, c] = [await join(server), await join(server, 'b'), await join(server, 'c')];
    const [one, two] = [new ManualWorker(b.io, 'one'), new ManualWorker(c.io, 'two')];
    await ready(one, two);
    const asked = asker.io.request({ worker: 'one' });
    await expect.poll(() => one.tasks.length).toBe(1);
    two.finish(one.tasks[0] as string, bytes('forged'));
    await expect.poll(() => two.said).toEqual(['ready', 'late']);
    one.finish(one.tasks[0] as string, bytes('real'));
    expect(text((await asked).payload)).toBe('real');
  });

  it.each([
    ['closes', 0],
    ['closes', 1],
    ['ends its stream', 0],
  ])('tells at once when a worker %s (listener %i), unless another may do it', async (how, at) => {
    const server = await startServer();
    const [asker, b, c] = [await join(server), await join(server, 'b', at), await join(server, 'c')];
    const worker = new ManualWorker(b.io, 'w', 2);
    await ready(worker);
    const plain = failure(asker.io.request({ worker: 'w' }, { timeoutMs: 60_000 }));
    const again = asker.io.request({ worker: 'w', retry: true }, { timeoutMs: 60_000 });
    const queued = asker.io.request({ worker: 'w' }, { timeoutMs: 60_000 });
    await expect.poll(() => worker.tasks.length).toBe(2);
    const other = new ManualWorker(c.io, 'w', 1);
    await expect.poll(() => other.tasks.length).toBe(1);
    other.finish(other.tasks[0] as string, bytes('queued'));
    expect(text((await queued).payload)).toBe('queued');
    if (how === 'closes') await b.client.close();
    else worker.end();
    expect(await plain).toBe('WORKER_LOST');
    await expect.poll(() => other.tasks.length).toBe(2);
    other.finish(other.tasks[1] as string, bytes('again'));
    expect(text((await again).payload)).toBe('again');
    const last = failure(asker.io.request({ worker: 'w', retry: true }, { timeoutMs: 60_000 }));
    const waits = failure(asker.io.request({ worker: 'w' }, { timeoutMs: 60_000 }));
    await expect.poll(() => other.tasks.length).toBe(3);
    await c.client.close();
    expect([await last, await waits]).toEqual(['WORKER_LOST', 'NO_WORKER']);
  });

  it('lets go of a worker on TCP that ended its side without a word', async () => {
    const server = await startServer();
    const [asker, b] = [await join(server), await join(server, 'b', 1)];
    await ready(new ManualWorker(b.io, 'w'));
    const asked = failure(asker.io.request({ worker: 'w' }, { timeoutMs: 60_000 }));
    await expect.poll(() => server.sessions().length).toBe(2);
    await b.client.close();
    expect(await asked).toBe('WORKER_LOST');
  });

  it.each([['a result before the offer', (worker: ManualWorker) => worker]])('refuses %s', async () => {
    const { io } = await join(await startServer());
    async function* wrong() {
      yield { event: { $case: 'result' as const, value: { taskId: 'x' } } };
    }
    const reading = (async () => {
      for await (const _ of io.work(wrong())) expect.unreachable();
    })();
    expect(await failure(reading)).toBe('INVALID_ARGUMENT');
  });

  it('ends idle workers when the server drains, and lets the others finish', async () => {
    const server = await startServer();
    const [asker, b, c] = [await join(server), await join(server, 'b'), await join(server, 'c')];
    const [idle, busy] = [new ManualWorker(b.io, 'idle'), new ManualWorker(c.io, 'busy')];
    await ready(idle, busy);
    const asked = asker.io.request({ worker: 'busy' });
    await expect.poll(() => busy.tasks.length).toBe(1);
    const closing = server.close({ drainMs: 20_000 });
    await expect.poll(() => idle.ended).toBe(true);
    expect(busy.ended).toBe(false);
    busy.finish(busy.tasks[0] as string, bytes('done'));
    expect(text((await asked).payload)).toBe('done');
    await closing;
  });
});

describe('server.io', () => {
  it('asks a client by its id through a typed service', async () => {
    const server = await startServer();
    const { io } = await join(server, 'CS001', 1);
    const worker = new ManualWorker(io, ConformanceService.typeName);
    await ready(worker);
    const asked = server.io.ask(ConformanceService, { clientId: 'CS001' }).unary({ payload: bytes('hello') });
    await expect.poll(() => worker.tasks.length).toBe(1);
    const task = worker.events[1];
    if (task?.$case !== 'task') return expect.unreachable();
    expect(task.value.methodId).toBe(ConformanceService.methods.unary?.methodId);
    const request = decode(UnaryRequestCodec, task.value.payload);
    worker.finish(task.value.taskId, encode(UnaryResponseCodec, { payload: request.payload, timeoutMs: 3 }));
    expect(await asked).toMatchObject({ payload: bytes('hello'), timeoutMs: 3 });
    const wrong = server.io.ask(ConformanceService, { clientId: 'CS002' });
    expect(await failure(wrong.unary({}))).toBe('NO_WORKER');
    expect(await failure(wrong.clientStream([] as unknown as AsyncIterable<never>))).toBe('UNIMPLEMENTED');
  });

  it('works itself, asks, and publishes', async () => {
    const server = await startServer();
    const { io } = await join(server, 'a');
    const end = server.io.work('reverse', ({ payload, clientId }) => {
      if (payload.length === 0) throw new PolywireError(ErrorCode.INVALID_ARGUMENT, `nothing to reverse, ${clientId}`);
      return payload.slice().reverse();
    });
    expect(text((await io.request({ worker: 'reverse', payload: bytes('abc') })).payload)).toBe('cba');
    await expect(io.request({ worker: 'reverse' })).rejects.toMatchObject({ message: 'nothing to reverse, a' });
    expect(text((await server.io.request('reverse', bytes('xy'))).payload)).toBe('yx');
    end();
    expect(await failure(server.io.request('reverse', bytes('xy')))).toBe('NO_WORKER');
    expect(server.io.broadcast('t', bytes('x'))).toMatchObject({ offset: 1, receivers: 0 });
  });
});
