import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { PolywireError } from '../core/index.js';
import { connectToMemory, FakeClock, MemoryServer } from '../testing/index.js';
import { ClientPool, type PoolOptions } from './client-pool.js';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A pool on a server whose calls are answered when the test says so. */
async function setUp(options: PoolOptions) {
  const clock = new FakeClock();
  const answers: (() => void)[] = [];
  /** Connections by the calls that came over them. */
  const came: number[] = [];
  const server = new MemoryServer(
    (services) =>
      services.add(ConformanceService, {
        unary: (_request, { peer }) => {
          came.push(server.connections.indexOf(peer as never));
          return new Promise((resolve) => answers.push(() => resolve({})));
        },
        async *serverStream(_request, { peer }) {
          yield { index: server.connections.indexOf(peer as never) };
        },
      }),
    { clock },
  );
  const open = () => connectToMemory(server, 'memory://server', { clock, random: () => 0.5 });
  const pool = await ClientPool.open(open, options);
  return { clock, server, pool, answers, came, service: pool.use(ConformanceService) };
}

describe('a pool of connections', () => {
  it('gives each call to the least busy connection, and streams to the first', async () => {
    const { pool, came, answers, service } = await setUp({ size: 3 });
    for (let call = 0; call < 6; call++) void service.unary({});
    await settled();
    expect(came).toEqual([0, 0, 1, 1, 2, 2]);
    answers[2]?.();
    answers[3]?.();
    await settled();
    void service.unary({});
    await settled();
    expect(came.at(-1)).toBe(1);
    for await (const { index } of service.serverStream({})) expect(index).toBe(0);
    expect(pool.stats()).toMatchObject({ connections: 3, reconnects: 0 });
    for (const answer of answers) answer();
    await pool.drain();
    expect(pool.stats().connections).toBe(0);
  });

  it('prefers those that are connected', async () => {
    const { server, pool, came, service } = await setUp({ size: 2 });
    server.connections[0]?.cut();
    for (let call = 0; call < 3; call++) void service.unary({}).catch(() => {});
    await settled();
    expect(came).toEqual([1, 1, 1]);
    await pool.close();
  });

  it('grows under load, up to its end', async () => {
    const { server, pool, service } = await setUp({ size: 1, maxSize: 3, growth: 2 });
    for (let call = 0; call < 2; call++) void service.unary({}).catch(() => {});
    await settled();
    expect(pool.size).toBe(1);
    for (let call = 0; call < 20; call++) {
      void service.unary({}).catch(() => {});
      await settled();
    }
    expect(pool.size).toBe(3);
    expect(server.connections).toHaveLength(3);
    await pool.close();
  });

  it('stays as it is when it cannot grow, and does not open when a first connection fails', async () => {
    const { server, pool, service } = await setUp({ size: 1, maxSize: 2, growth: 1 });
    server.unreachable = new PolywireError(ErrorCode.UNAVAILABLE, 'nobody there');
    for (let call = 0; call < 3; call++) {
      void service.unary({}).catch(() => {});
      await settled();
    }
    expect(pool.size).toBe(1);
    await pool.close();

    let opened = 0;
    const open = () => {
      if (++opened === 2) server.unreachable = new PolywireError(ErrorCode.UNAVAILABLE, 'nobody there');
      return connectToMemory(server, 'memory://server');
    };
    server.unreachable = undefined;
    await expect(ClientPool.open(open, { size: 2 })).rejects.toMatchObject({ code: ErrorCode.UNAVAILABLE });
    await settled();
    expect(server.connections.filter((connection) => connection.open)).toHaveLength(0);
  });
});
