import type { WorkRequest, WorkResponseInit } from '@polywire/protocol/polywire.io.v1';
import type { CallContext } from '@polywire/protocol/wire';
import { ItemQueue } from '@polywire/sdk/core';
import { FakeClock } from '@polywire/sdk/testing';
import { expect, it } from 'vitest';
import { serveWork } from './serve-work.js';
import { WorkHub } from './work-hub.js';

const TASK_BYTES = 8_000_000;

it('large tasks that come together cost no worker its stream: they wait until it reads', async () => {
  const hub = new WorkHub(new FakeClock(), 16_777_216);
  const requests = new ItemQueue<WorkRequest>();
  requests.push({ event: { $case: 'offer', value: { worker: 'w', concurrency: 100 } } }, 0);
  const context = {
    peer: { sessionId: 's', clientId: 'c' },
    signal: new AbortController().signal,
  } as unknown as CallContext;
  const stream = serveWork(hub, requests, context)[Symbol.asyncIterator]();
  const read = async (): Promise<WorkResponseInit['event']> => (await stream.next()).value?.event;
  expect((await read())?.$case).toBe('ready');
  const asked = Array.from({ length: 6 }, () =>
    hub.request({
      worker: 'w',
      clientId: '',
      methodId: 0,
      payload: new Uint8Array(TASK_BYTES),
      timeoutMs: 60_000,
      retry: false,
      askedBy: '',
      owner: '',
      signal: undefined,
    }),
  );
  expect(hub.stats()).toMatchObject({ tasksRunning: 1, tasksQueued: 5 });
  for (const request of asked) {
    const task = await read();
    if (task?.$case !== 'task') return expect.unreachable();
    const { taskId = '' } = task.value;
    requests.push({ event: { $case: 'result', value: { taskId, payload: new Uint8Array(1), error: undefined } } }, 0);
    expect((await request).clientId).toBe('c');
  }
  requests.end();
  expect(await read()).toBeUndefined();
});
