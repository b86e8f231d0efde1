import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { CallContext } from '@polywire/protocol/wire';
import { expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.js';
import { CallEngine } from './call-engine.js';
import type { CallLink } from './call-link.js';
import { createClient } from './create-client.js';
import { IncomingCalls } from './incoming-calls.js';
import { ServiceRegistry } from './service-registry.js';

/** What it is given, then nothing more, without an end. */
async function* endless<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
  await new Promise(() => {});
}

const calls = {
  unary: (service) => service.unary({}, { timeoutMs: 100 }),
  serverStream: (service) => service.serverStream({}, { timeoutMs: 100 })[Symbol.asyncIterator]().next(),
  clientStream: (service) => service.clientStream(endless([{}]), { timeoutMs: 100 }),
  bidiStream: (service) =>
    service
      .bidiStream(endless([{}]), { timeoutMs: 100 })
      [Symbol.asyncIterator]()
      .next(),
} satisfies Record<string, (service: ReturnType<typeof pair>['service']) => Promise<unknown>>;

/** A client and a server with a clock each: only that of the server goes on. */
function pair(signals: AbortSignal[]) {
  const registry = new ServiceRegistry();
  const wait = ({ signal }: CallContext): Promise<never> => {
    signals.push(signal);
    return new Promise(() => {});
  };
  registry.add(ConformanceService, {
    unary: (_, context) => wait(context),
    clientStream: (_, context) => wait(context),
    async *serverStream(_, context) {
      yield await wait(context);
    },
    async *bidiStream(_, context) {
      yield await wait(context);
    },
  });
  const serverClock = new FakeClock();
  const make = (clock: FakeClock, services: ServiceRegistry, peer: () => CallEngine): CallEngine =>
    new CallEngine(
      {
        clock,
        serve: (link: CallLink) => new IncomingCalls(link, { registry: services, maxCalls: 10 }),
        defer: queueMicrotask,
        maxPayloadBytes: 1_000,
        maxSendPayloadBytes: 1_000,
        maxStreamBytes: 1_000,
      },
      {
        peer: { sessionId: 's', clientId: '' },
        send: (bytes) => {
          const copy = bytes.slice();
          setImmediate(() => peer().receive(copy));
          return true;
        },
      },
    );
  const client: CallEngine = make(new FakeClock(), new ServiceRegistry(), () => server);
  const server: CallEngine = make(serverClock, registry, () => client);
  const service = createClient(ConformanceService, () => client, { timeoutMs: 0, maxStreamBytes: 1_000 });
  return { service, serverClock };
}

it.each(Object.entries(calls))(
  'the server ends a call of the kind %s at the deadline of its caller',
  async (_, begin) => {
    const signals: AbortSignal[] = [];
    const { service, serverClock } = pair(signals);
    const failure = expect(begin(service)).rejects.toMatchObject({ code: ErrorCode.DEADLINE_EXCEEDED });
    await expect.poll(() => signals.length).toBe(1);
    serverClock.advance(99);
    expect(signals[0]?.aborted).toBe(false);
    serverClock.advance(1);
    expect(signals[0]?.reason).toMatchObject({ code: ErrorCode.DEADLINE_EXCEEDED });
    await failure;
  },
);
