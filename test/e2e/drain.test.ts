import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { connect, PolywireError } from '@polywire/sdk';
import { describe, expect, it } from 'vitest';
import { runServer, temporaryDirectory } from '../kit/run-server.js';

describe('SIGTERM drains', () => {
  it.each(['wsUrl', 'tcpUrl'] as const)('answers what is running and refuses what is new (%s)', async (transport) => {
    const server = await runServer({ store: 'memory' });
    const client = await connect(server[transport], { reconnect: false });
    const service = client.use(ConformanceService);
    const running = service.unary({ payload: new Uint8Array([7]), plan: { delayMs: 600 } });
    await client.kv.get({ key: 'x' });
    const stopped = server.stop('SIGTERM');
    await waitFor(() => server.log().includes('stopping'));
    expect((await fetch(`${server.httpUrl}/readyz`).catch(() => undefined))?.status ?? 503).toBe(503);
    const refused = await client.kv.get({ key: 'x' }).catch((error: unknown) => error);
    expect(PolywireError.is(refused) && refused.code).toBe(ErrorCode.DRAINING);
    expect((await running).payload).toEqual(new Uint8Array([7]));
    expect(await stopped).toEqual({ code: 0, signal: null });
    expect((await client.closed()).message).not.toBe('');
  });

  it('loses no acknowledged write', async () => {
    const data = temporaryDirectory();
    const server = await runServer({ dataDir: data.path });
    const client = await connect(server.tcpUrl, { reconnect: false });
    let acknowledged = 0;
    const write = async (): Promise<void> => {
      for (let next = acknowledged + 1; ; next++) {
        await client.kv.set({ key: 'counter', value: new TextEncoder().encode(String(next)) });
        acknowledged = next;
      }
    };
    const writing = write().catch(() => {});
    await waitFor(() => acknowledged > 20);
    await server.stop('SIGTERM');
    await writing;

    const again = await runServer({ dataDir: data.path });
    const reader = await connect(again.wsUrl);
    const { value } = await reader.kv.get({ key: 'counter' });
    expect(Number(new TextDecoder().decode(value))).toBeGreaterThanOrEqual(acknowledged);
    await reader.close();
    await again.stop();
    data.remove();
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  const until = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > until) throw new Error('it did not happen within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
