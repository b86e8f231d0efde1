// One process that loads a server with the SDK.
import { type Client, connect } from '@polywire/sdk';
import { answerParent } from './answer-parent.js';
import type { OpenJob, RunJob, RunResult } from './job.js';
import { benchKey, callOf } from './load-calls.js';
import { publishing } from './load-topic.js';
import { measureLoad } from './measure-load.js';

/** Connections that are opened, and keys that are written, at once. */
const AT_ONCE = 64;

let job: OpenJob;
let clients: readonly Client[] = [];

answerParent({
  open: async (opened: OpenJob): Promise<void> => {
    job = opened;
    const { url, token, tls, timeoutMs } = job;
    const options = { reconnect: false, connectTimeoutMs: timeoutMs, timeoutMs, tls } as const;
    clients = await inGroups(job.connections, () =>
      connect(url, token === undefined ? options : { ...options, token }),
    );
    await inGroups(job.keys, (key) => callOf('set', job)(clients[key % clients.length] as Client, key));
  },
  run: async ({ operation, depth, ...time }: RunJob): Promise<RunResult> => {
    if (operation === 'publish') {
      const topic = await publishing(clients, `${job.prefix}topic`, job.valueBytes);
      const loops = Array.from({ length: depth }, () => topic.publish);
      return await measureLoad(loops, time).finally(topic.end);
    }
    const call = callOf(operation, job);
    let next = 0;
    const loops = clients.flatMap((client) =>
      Array.from({ length: depth }, () => async () => {
        next = (next + 1) % job.keys;
        await call(client, next);
        return 1;
      }),
    );
    return await measureLoad(loops, time);
  },
  close: async (): Promise<void> => {
    const [first] = clients;
    if (first !== undefined) await inGroups(job.keys, (key) => first.kv.delete({ key: benchKey(job, key) }));
    await Promise.all(clients.map((client) => client.close()));
  },
});

async function inGroups<Value>(count: number, make: (index: number) => Promise<Value>): Promise<Value[]> {
  const made: Value[] = [];
  while (made.length < count) {
    const size = Math.min(AT_ONCE, count - made.length);
    made.push(...(await Promise.all(Array.from({ length: size }, (_, at) => make(made.length + at)))));
  }
  return made;
}
