import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { FakeClock } from '@polywire/sdk/testing';
import { describe, expect, it } from 'vitest';
import type { TaskRequest, TaskResult } from './task.js';
import { WorkHub } from './work-hub.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function stage() {
  const clock = new FakeClock();
  const hub = new WorkHub(clock, 67_108_864);
  /** A worker that notes what it is told. */
  const offer = (clientId: string, concurrency = 1) => {
    const told: string[] = [];
    const tasks: string[] = [];
    const work = hub.offer({
      worker: 'w',
      clientId,
      concurrency,
      link: {
        start: ({ id, payload }, timeoutMs) => {
          tasks.push(id);
          told.push(`${String(payload)} ${timeoutMs}`);
        },
        cancel: (id) => told.push(`cancel ${tasks.indexOf(id)}`),
        late: (id) => told.push(`late ${tasks.indexOf(id)}`),
        end: () => told.push('end'),
      },
    });
    const finish = (index: number) => work.finish(tasks[index] as string, { payload: new Uint8Array([index]) });
    return { told, tasks, work, finish };
  };
  const ask = (more: Partial<TaskRequest> = {}) => {
    const seen: { result?: TaskResult; code?: string } = {};
    const task = {
      worker: 'w',
      clientId: '',
      methodId: 0,
      payload: new Uint8Array([7]),
      timeoutMs: 1_000,
      retry: false,
    };
    hub.request({ ...task, askedBy: '', signal: undefined, ...more }).then(
      (result) => {
        seen.result = result;
      },
      (thrown: unknown) => {
        seen.code = PolywireError.from(thrown).codeName;
      },
    );
    return seen;
  };
  return { clock, hub, offer, ask };
}

describe('WorkHub', () => {
  it('asks idle workers in turn, then the least busy one', async () => {
    const { offer, ask } = stage();
    const [a, b] = [offer('a', 3), offer('b', 2)];
    for (let index = 0; index < 5; index++) ask();
    expect([a.tasks.length, b.tasks.length]).toEqual([3, 2]);
    b.finish(0);
    b.finish(1);
    a.finish(0);
    ask();
    expect([a.tasks.length, b.tasks.length]).toEqual([3, 3]);
  });

  it('counts the time in the queue, and tells the worker what is left', async () => {
    const { clock, offer, ask, hub } = stage();
    const worker = offer('a');
    const first = ask({ timeoutMs: 5_000 });
    const [second, third] = [ask(), ask({ timeoutMs: 300 })];
    expect(hub.stats()).toMatchObject({ workers: 1, tasksRunning: 1, tasksQueued: 2 });
    clock.advance(400);
    await turn();
    expect([second, third.code]).toEqual([{}, 'DEADLINE_EXCEEDED']);
    worker.finish(0);
    await turn();
    expect(first.result).toEqual({ payload: new Uint8Array([0]), clientId: 'a' });
    expect(worker.told).toEqual(['7 5000', '7 600']);
    clock.advance(600);
    await turn();
    expect(second.code).toBe('DEADLINE_EXCEEDED');
    worker.finish(1);
    expect(worker.told.slice(2)).toEqual(['cancel 1', 'late 1']);
    expect(hub.stats()).toEqual({ workers: 1, tasksRunning: 0, tasksQueued: 0, resultsLate: 1 });
  });

  it('bounds the tasks that wait, and their bytes', async () => {
    const { offer, ask, hub } = stage();
    const worker = offer('a');
    ask();
    const abort = new AbortController();
    const large = { payload: new Uint8Array(60_000_000), signal: abort.signal };
    const [first, second] = [ask(large), ask(large)];
    await turn();
    expect([first, second]).toEqual([{}, { code: 'RESOURCE_EXHAUSTED' }]);
    abort.abort(new PolywireError(ErrorCode.CANCELLED, 'not needed'));
    await turn();
    expect(first.code).toBe('CANCELLED');
    const many = Array.from({ length: 1_001 }, () => ask());
    await turn();
    expect(many.filter(({ code }) => code === 'RESOURCE_EXHAUSTED').length).toBe(1);
    worker.work.leave();
    await turn();
    expect(many.filter(({ code }) => code === 'NO_WORKER').length).toBe(1_000);
    expect(hub.stats()).toMatchObject({ workers: 0, tasksRunning: 0, tasksQueued: 0 });
  });

  it('gives a task that costs its worker every time to three of them', async () => {
    const { offer, ask } = stage();
    const workers = ['a', 'b', 'c', 'd'].map((clientId) => offer(clientId));
    const asked = ask({ retry: true });
    for (const { tasks, work } of workers) if (tasks.length > 0) work.leave();
    await turn();
    expect(asked.code).toBe('WORKER_LOST');
    expect(workers.map(({ tasks }) => tasks.length)).toEqual([1, 1, 1, 0]);
  });

  it('does not begin a task that was withdrawn before, and leaves only once', async () => {
    const { offer, ask, hub } = stage();
    const worker = offer('a');
    const gone = ask({ signal: AbortSignal.abort(new PolywireError(ErrorCode.CANCELLED, 'gone')) });
    await turn();
    expect([gone.code, worker.tasks]).toEqual(['CANCELLED', []]);
    worker.work.leave();
    worker.work.leave();
    worker.work.finish('x', { payload: new Uint8Array(0) });
    expect(hub.stats()).toMatchObject({ workers: 0, resultsLate: 1 });
  });

  it('lets idle workers go when it drains, busy ones when they are done', async () => {
    const { offer, ask, hub } = stage();
    const busy = offer('a');
    const asked = ask();
    const idle = offer('b');
    hub.drain();
    expect([busy.told.at(-1), idle.told]).toEqual(['7 1000', ['end']]);
    busy.finish(0);
    await turn();
    expect([busy.told.at(-1), asked.result?.clientId]).toEqual(['end', 'a']);
  });

  it('fails what is waited for when it closes', async () => {
    const { offer, ask, hub } = stage();
    offer('a');
    const asked = [ask(), ask()];
    hub.close();
    await turn();
    expect(asked.map(({ code }) => code)).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
  });
});
