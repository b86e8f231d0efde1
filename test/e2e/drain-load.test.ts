import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { connect, PolywireError } from '@polywire/sdk';
import { createServer, lmdb, type PolywireServer, quic, tcp, ws } from '@polywire/server';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../kit/run-server.js';

const CLIENTS = 60;
const DRAINING_CLOSE_CODE = 3043;

const numberIn = (value: Uint8Array): number => Number(new TextDecoder().decode(value));

describe('a server that stops under load', () => {
  it('loses nothing that it acknowledged, and ends each connection with DRAINING', async () => {
    const data = temporaryDirectory();
    const listeners = [ws({ port: 0 }), tcp({ port: 0 }), quic({ port: 0 })];
    const server = await createServer({ listeners, store: lmdb({ path: data.path }) });
    const codes: number[] = [];
    const watching = (async () => {
      for await (const event of server.events()) if (event.type === 'closed') codes.push(event.code);
    })();
    const acknowledged = new Map<string, number>();
    const failures: unknown[] = [];
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, (_, index) =>
        connect(server.addresses[index % listeners.length] as string, { reconnect: false, tls: { insecure: true } }),
      ),
    );
    const write = async (index: number): Promise<void> => {
      const key = `counter ${index}`;
      for (let next = 1; ; next++) {
        await clients[index]?.kv.set({ key, value: new TextEncoder().encode(String(next)) });
        acknowledged.set(key, next);
      }
    };
    const writing = clients.map((_, index) => write(index).catch((error: unknown) => failures.push(error)));
    await expect.poll(() => Math.min(...acknowledged.values(), acknowledged.size - CLIENTS + 10)).toBeGreaterThan(5);
    const startedAt = performance.now();
    await server.close({ drainMs: 5_000 });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await Promise.all(writing);
    await watching;
    expect(codes.filter((code) => code === DRAINING_CLOSE_CODE || code === 1000)).toHaveLength(CLIENTS);
    for (const error of failures) {
      const code = PolywireError.from(error).code;
      expect([ErrorCode.DRAINING, ErrorCode.UNAVAILABLE, ErrorCode.OUTCOME_UNKNOWN]).toContain(code);
    }

    const again: PolywireServer = await createServer({
      listeners: [tcp({ port: 0 })],
      store: lmdb({ path: data.path }),
    });
    const reader = await connect(again.addresses[0] as string);
    let total = 0;
    for (const [key, last] of acknowledged) {
      expect(numberIn((await reader.kv.get({ key })).value)).toBeGreaterThanOrEqual(last);
      total += last;
    }
    expect(total).toBeGreaterThan(CLIENTS * 5);
    await reader.close();
    await again.close();
    data.remove();
  });
});
