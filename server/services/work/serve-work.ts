import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { WorkRequest, WorkResponseInit } from '@polywire/protocol/polywire.io.v1';
import type { CallContext } from '@polywire/protocol/wire';
import { ItemQueue, PolywireError } from '@polywire/sdk/core';
import type { OfferedWork, WorkHub } from './work-hub.js';

/** With so much to read a worker gets no more tasks. */
const FULL_BYTES = 1_048_576;
/** Notices that may wait, beside that and one task, for a worker that does not read them. */
const MAX_NOTICES_BYTES = 16_777_216;
const ITEM_BYTES = 64;

/**
 * A worker at the other end of a stream: tasks go out, results come in. It leaves when the stream ends.
 * @throws PolywireError INVALID_ARGUMENT when the first message is no offer, or a later one is;
 * RESOURCE_EXHAUSTED when it does not read its tasks
 */
export async function* serveWork(
  hub: WorkHub,
  requests: AsyncIterable<WorkRequest>,
  { peer, signal }: CallContext,
): AsyncIterable<WorkResponseInit> {
  const iterator = requests[Symbol.asyncIterator]();
  const first = await iterator.next();
  const event = first.done === true ? undefined : first.value.event;
  if (event?.$case !== 'offer') throw badEvent('the first message of Work has to be an offer');
  const { worker, concurrency } = event.value;
  const out = new ItemQueue<WorkResponseInit>();
  const maxWaitingBytes = FULL_BYTES + hub.maxPayloadBytes + MAX_NOTICES_BYTES;
  const say = (item: WorkResponseInit, byteCount = 0): void => {
    out.push(item, byteCount + ITEM_BYTES);
    if (out.queuedBytes > maxWaitingBytes) out.fail(notRead(worker, maxWaitingBytes));
  };
  say({ event: { $case: 'ready', value: {} } });
  const work = hub.offer({
    worker,
    clientId: peer.clientId,
    sessionId: peer.sessionId,
    concurrency: concurrency === 0 ? 1 : concurrency,
    link: {
      get isFull() {
        return out.queuedBytes >= FULL_BYTES;
      },
      start: ({ id, payload, methodId, askedBy }, timeoutMs) =>
        say(
          { event: { $case: 'task', value: { taskId: id, payload, timeoutMs, methodId, clientId: askedBy } } },
          payload.length,
        ),
      cancel: (taskId) => say({ event: { $case: 'cancel', value: { taskId } } }),
      late: (taskId) => say({ event: { $case: 'late', value: { taskId } } }),
      end: () => out.end(),
    },
  });
  const leave = (): void => work.leave(isTakenOver(signal));
  takeResults(iterator, work, leave).then(
    () => out.end(),
    (thrown: unknown) => out.fail(thrown),
  );
  try {
    for await (const item of out) {
      yield item;
      work.onRoom();
    }
  } finally {
    leave();
  }
}

/** The client is there: it goes on with its session on another connection. */
function isTakenOver({ aborted, reason }: AbortSignal): boolean {
  return aborted && PolywireError.is(reason) && reason.code === ErrorCode.SESSION_TAKEN_OVER;
}

/** Reads results until the worker ends its side. It leaves then at once: what it was doing cannot be answered here. */
async function takeResults(requests: AsyncIterator<WorkRequest>, work: OfferedWork, leave: () => void): Promise<void> {
  try {
    for (;;) {
      const next = await requests.next();
      if (next.done === true) return;
      const { event } = next.value;
      if (event?.$case !== 'result') throw badEvent('after the offer, Work takes results only');
      const { taskId, payload, error } = event.value;
      work.finish(taskId, error === undefined ? { payload } : { error: PolywireError.fromMessage(error.code, error) });
    }
  } finally {
    leave();
  }
}

function badEvent(text: string): PolywireError {
  return new PolywireError(ErrorCode.INVALID_ARGUMENT, text, { details: { field: 'event' } });
}

function notRead(worker: string, limit: number): PolywireError {
  return new PolywireError(
    ErrorCode.RESOURCE_EXHAUSTED,
    `over ${limit} bytes wait for the worker "${worker}" to read them`,
  );
}
