import type { Client } from '@polywire/sdk';

const NUMBER_BYTES = 4;

/** A topic whose subscribers are all connections. */
export interface Publishing {
  /** Publishes one message and waits until every subscriber has it; resolves with how many have. */
  readonly publish: () => Promise<number>;
  readonly end: () => Promise<void>;
}

/**
 * Subscribes all clients to a topic; the first of them publishes.
 * @throws Error when a message comes twice or not at all
 */
export async function publishing(clients: readonly Client[], topic: string, valueBytes: number): Promise<Publishing> {
  const publisher = clients[0] as Client;
  const waiting = new Map<number, { missing: number; done: () => void; fail: (error: unknown) => void }>();
  const stop = new AbortController();
  let ended = false;
  let next = 0;
  let failure: unknown;

  const follow = async (client: Client, subscribed: () => void): Promise<void> => {
    let expected: number | undefined;
    for await (const { event } of client.kv.subscribe({ topic }, { signal: stop.signal })) {
      if (event?.$case === 'subscribed') subscribed();
      if (event?.$case === 'gap') throw new Error(`messages of ${topic} were lost`);
      if (event?.$case !== 'message') continue;
      const { offset, payload } = event.value;
      if (expected !== undefined && offset !== expected) throw new Error(`message ${expected} came as ${offset}`);
      expected = offset + 1;
      const number = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
      const message = waiting.get(number);
      if (message === undefined) throw new Error(`message ${number} came twice`);
      if (--message.missing > 0) continue;
      waiting.delete(number);
      message.done();
    }
  };
  const standing = clients.map(
    (client) =>
      new Promise<void>((resolve, reject) => {
        follow(client, resolve).catch((thrown) => {
          if (ended) return;
          failure = thrown;
          reject(thrown);
          for (const message of waiting.values()) message.fail(thrown);
        });
      }),
  );
  await Promise.all(standing);
  return {
    publish: async () => {
      if (failure !== undefined) throw failure;
      const number = next++;
      const payload = new Uint8Array(Math.max(valueBytes, NUMBER_BYTES));
      new DataView(payload.buffer).setUint32(0, number);
      const delivered = new Promise<void>((done, fail) => {
        waiting.set(number, { missing: clients.length, done, fail });
      });
      await Promise.all([delivered, publisher.kv.publish({ topic, payload })]);
      return clients.length;
    },
    end: async () => {
      ended = true;
      stop.abort();
    },
  };
}
