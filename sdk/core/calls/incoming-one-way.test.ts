import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { MethodDescriptor } from '@polywire/protocol/wire';
import { expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.js';
import { CallEngine } from './call-engine.js';
import type { CallLink } from './call-link.js';
import { createClient } from './create-client.js';
import { IncomingCalls } from './incoming-calls.js';
import { oneWay } from './one-way.js';
import { ServiceRegistry } from './service-registry.js';

const MAX_CALLS = 10;

it('calls without an answer are calls: they count, and what they would be too many of is not done', async () => {
  const ends: (() => void)[] = [];
  const registry = new ServiceRegistry();
  registry.add(ConformanceService, {
    unary: async () => {
      await new Promise<void>((resolve) => ends.push(resolve));
      return {};
    },
  });
  let idle = 0;
  const make = (services: ServiceRegistry, peer: () => CallEngine): CallEngine =>
    new CallEngine(
      {
        clock: new FakeClock(),
        serve: (link: CallLink) => new IncomingCalls(link, { registry: services, maxCalls: MAX_CALLS }),
        defer: queueMicrotask,
        maxPayloadBytes: 1_000,
        maxSendPayloadBytes: 1_000,
        maxStreamBytes: 1_000,
      },
      {
        peer: { sessionId: 's', clientId: '' },
        onIdle: () => idle++,
        send: (bytes) => {
          const copy = bytes.slice();
          setImmediate(() => peer().receive(copy));
          return true;
        },
      },
    );
  const client: CallEngine = make(new ServiceRegistry(), () => server);
  const server: CallEngine = make(registry, () => client);
  const unary = ConformanceService.methods.unary as MethodDescriptor;
  for (let index = 0; index < MAX_CALLS + 5; index++) oneWay(client, ConformanceService, unary, {});
  client.flush();
  const service = createClient(ConformanceService, () => client, { timeoutMs: 0, maxStreamBytes: 1_000 });
  await expect(service.unary({})).rejects.toMatchObject({ code: ErrorCode.RESOURCE_EXHAUSTED });
  expect(ends.length).toBe(MAX_CALLS);
  expect([server.incoming.running, server.isIdle, idle]).toEqual([MAX_CALLS, false, 0]);
  for (const end of ends) end();
  await expect.poll(() => server.incoming.running).toBe(0);
  expect([server.isIdle, idle]).toEqual([true, 1]);
});
