import { randomUUID } from 'node:crypto';
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
  const offer = (clientId: string, concurrency = 1, sessionId: string = randomUUID()) => {
    const told: string[] = [];
    const tasks: string[] = [];
    const state = { isFull: false };
    const work = hub.offer({
      worker: 'w',
      clientId,
      sessionId,
      concurrency,
      link: {
        get isFull() {
          return state.isFull;
        },
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
    return { told, tasks, work, finish, state };
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
    hub.request({ ...task, askedBy: '', owner: '', signal: undefined, ...more }).then(
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

  it('keeps what may have to be sent again, and nothing else of what a worker has', async () => {
    const { hub, ask } = stage();
    const tasks: { readonly payload: Uint8Array }[] = [];
    const sizes: number[] = [];
    const start = (task: { readonly payload: Uint8Array }): void => {
      tasks.push(task);
      sizes.push(task.payload.length);
    };
    const link = { isFull: false, start, cancel: () => {}, late: () => {}, end: () => {} };
    hub.offer({ worker: 'w', clientId: 'a', sessionId: 's', concurrency: 1_000, link });
    const large = { payload: new Uint8Array(16_000_000), owner: 'greedy' };
    const once = Array.from({ length: 100 }, () => ask(large));
    await turn();
    expect(once.filter(({ code }) => code !== undefined)).toEqual([]);
    expect([new Set(sizes), tasks.some(({ payload }) => payload.length > 0)]).toEqual([new Set([16_000_000]), false]);
    const abort = new AbortController();
    const again = Array.from({ length: 3 }, () => ask({ ...large, retry: true, signal: abort.signal }));
    await turn();
    // A quarter of all is for one owner; others have the rest.
    expect(again.map(({ code }) => code)).toEqual([undefined, 'RESOURCE_EXHAUSTED', 'RESOURCE_EXHAUSTED']);
    const others = Array.from({ length: 4 }, (_, index) => ask({ ...large, retry: true, owner: `other ${index}` }));
    await turn();
    expect(others.map(({ code }) => code)).toEqual([undefined, undefined, undefined, 'RESOURCE_EXHAUSTED']);
    abort.abort(new PolywireError(ErrorCode.CANCELLED, 'not needed'));
    await turn();
    expect(ask({ ...large, retry: true }).code).toBe(undefined);
    await turn();
    expect(tasks.filter(({ payload }) => payload.length > 0).length).toBe(4);
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

  it('gives a worker that has much to read no more tasks until it has read', async () => {
    const { offer, ask } = stage();
    const [slow, other] = [offer('a', 9), offer('b')];
    slow.state.isFull = true;
    for (let index = 0; index < 3; index++) ask();
    expect([slow.tasks.length, other.tasks.length]).toEqual([0, 1]);
    slow.work.onRoom();
    expect(slow.tasks.length).toBe(0);
    slow.state.isFull = false;
    slow.work.onRoom();
    expect(slow.tasks.length).toBe(2);
  });

  it('takes an error for what a worker may say: of its task, and never that there was none', async () => {
    const { offer, ask } = stage();
    const worker = offer('a', 3);
    const asked = [ask(), ask(), ask()];
    for (const [index, code] of [ErrorCode.UNSPECIFIED, ErrorCode.DRAINING, ErrorCode.NO_WORKER].entries()) {
      worker.work.finish(worker.tasks[index] as string, { error: new PolywireError(code, 'so it is') });
    }
    await turn();
    expect(asked).toEqual([{ code: 'INTERNAL' }, { code: 'UNAVAILABLE' }, { code: 'NO_WORKER' }]);
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

describe('a worker whose session goes on with another connection', () => {
  it('answers there, whichever end of the two the server sees first', async () => {
    const { offer, ask, hub } = stage();
    const first = offer('a', 2, 's');
    const [one, two] = [ask(), ask()];
    first.work.leave(true);
    await turn();
    expect([one, two, hub.stats()]).toMatchObject([{}, {}, { workers: 0, tasksRunning: 2 }]);
    const second = offer('a', 2, 's');
    const [third, waiting] = [offer('a', 1, 's'), ask()];
    await turn();
    third.work.finish(first.tasks[0] as string, { payload: new Uint8Array([7]) });
    second.work.leave(true);
    third.work.finish(first.tasks[1] as string, { payload: new Uint8Array([8]) });
    third.finish(0);
    await turn();
    expect([one, two, waiting].map(({ result }) => result?.payload[0])).toEqual([7, 8, 0]);
    expect(hub.stats()).toEqual({ workers: 1, tasksRunning: 0, tasksQueued: 0, resultsLate: 0 });
  });

  it('has done its tasks in vain when it does not offer itself again, or another session does', async () => {
    const { clock, offer, ask, hub } = stage();
    const first = offer('a', 1, 's');
    const asked = ask({ timeoutMs: 60_000 });
    first.work.leave(true);
    const other = offer('a', 1, 't');
    other.work.finish(first.tasks[0] as string, { payload: new Uint8Array(1) });
    expect(other.told).toEqual(['late -1']);
    clock.advance(4_999);
    await turn();
    expect(asked).toEqual({});
    clock.advance(1);
    await turn();
    expect(asked.code).toBe('WORKER_LOST');
    expect(hub.stats()).toMatchObject({ tasksRunning: 0, resultsLate: 1 });
  });

  it('is lost at once when its session ends, and forgets what nobody waits for', async () => {
    const { clock, offer, ask, hub } = stage();
    const first = offer('a', 2, 's');
    const [asked, impatient] = [ask({ timeoutMs: 60_000 }), ask({ timeoutMs: 100 })];
    first.work.leave(true);
    clock.advance(100);
    await turn();
    expect([impatient.code, hub.stats().tasksRunning]).toEqual(['DEADLINE_EXCEEDED', 1]);
    hub.endSession('s');
    await turn();
    expect([asked.code, hub.stats().tasksRunning, clock.pending]).toEqual(['WORKER_LOST', 0, 0]);
  });
});
