import { expect, it } from 'vitest';
import { bytes, type IoClient, join, startServer, text } from './io-client.js';

type Service = 'io' | 'kv';

/** What a client receives on a topic, in order, and the gaps that it is told of. */
async function follow({ client }: IoClient, service: Service): Promise<string[]> {
  const seen: string[] = [];
  let stands = (): void => {};
  const standing = new Promise<void>((resolve) => {
    stands = resolve;
  });
  const stream = service === 'io' ? client.io.subscribe({ topic: 't' }) : client.kv.subscribe({ topic: 't' });
  void (async () => {
    for await (const { event } of stream) {
      if (event?.$case === 'subscribed') stands();
      else seen.push(event?.$case === 'message' ? text(event.value.payload) : 'gap');
    }
  })().catch(() => {});
  await standing;
  return seen;
}

const services: readonly Service[] = ['io', 'kv'];
const cases = services.flatMap((publishes) =>
  services.flatMap((subscribes) => [false, {}].map((reconnect) => [publishes, subscribes, reconnect] as const)),
);

it.each(cases)(
  'a sender on %s is left out of its own subscriptions on %s, and of no other (%j)',
  async (publishes, subscribes, reconnect) => {
    const server = await startServer();
    const [sender, other] = [await join(server, 'a', 0, reconnect), await join(server, 'a', 1, reconnect)];
    const [own, others] = [await follow(sender, subscribes), await follow(other, subscribes)];
    const publish = ({ client }: IoClient, payload: string, excludeSender: boolean) => {
      const message = { topic: 't', payload: bytes(payload), excludeSender };
      return publishes === 'io' ? client.io.broadcast(message) : client.kv.publish(message);
    };
    expect((await publish(sender, 'one', true)).receivers).toBe(1);
    expect((await publish(other, 'two', true)).receivers).toBe(1);
    expect((await publish(sender, 'three', false)).receivers).toBe(2);
    await expect.poll(() => others).toEqual(['one', 'three']);
    await expect.poll(() => own).toEqual(['two', 'three']);
  },
);
