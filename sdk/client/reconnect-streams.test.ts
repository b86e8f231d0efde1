import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { describe, expect, it } from 'vitest';
import { failureOf, settled } from './io-client.cases.js';
import { setUp } from './reconnect.cases.js';

describe('streams over a reconnect', () => {
  it('of requests fail with their connection, and begin only when there is one', async () => {
    const { clock, server, client } = await setUp({
      offer: (services) =>
        services.add(ConformanceService, {
          async clientStream(requests) {
            let count = 0;
            for await (const _ of requests) count++;
            return { count };
          },
        }),
    });
    const service = client.use(ConformanceService);
    let more: () => void = () => {};
    async function* slow() {
      yield {};
      await new Promise<void>((resolve) => {
        more = resolve;
      });
    }
    const failure = failureOf(service.clientStream(slow()));
    await settled();
    server.connection.cut();
    expect(await failure).toBe('UNAVAILABLE');
    more();
    async function* two() {
      yield {};
      yield {};
    }
    const reply = service.clientStream(two());
    clock.advance(250);
    expect((await reply).count).toBe(2);
  });

  it('of responses without a position fail, and so do those whose service has none', async () => {
    const { server, client } = await setUp({
      offer: (services) =>
        services.add(ConformanceService, {
          async *serverStream() {
            yield { index: 0 };
            await new Promise<never>(() => {});
          },
        }),
    });
    const items = client.use(ConformanceService).serverStream({})[Symbol.asyncIterator]();
    expect((await items.next()).value.index).toBe(0);
    const next = failureOf(items.next());
    server.connection.cut();
    expect(await next).toBe('UNAVAILABLE');
  });

  it('of a service of one’s own go on as its resumption says', async () => {
    const asked: number[] = [];
    const { client, comeBack } = await setUp({
      offer: (services) =>
        services.add(ConformanceService, {
          async *serverStream({ plan }) {
            const from = plan?.count ?? 0;
            asked.push(from);
            yield { index: from };
            await new Promise<never>(() => {});
          },
        }),
    });
    const resume = {
      serverStream: {
        follow: () => {
          let last = 0;
          return {
            resumeRequest: () => ({ plan: { count: last + 1 } }),
            take: (item: { index: number }, emit: (item: { index: number }) => void) => {
              last = item.index;
              emit(item);
            },
          };
        },
      },
    };
    const service = client.use(ConformanceService, { resume });
    const seen: number[] = [];
    for await (const { index } of service.serverStream({})) {
      seen.push(index);
      if (index === 2) break;
      await comeBack();
    }
    expect(asked).toEqual([0, 1, 2]);
    expect(seen).toEqual([0, 1, 2]);
  });
});
