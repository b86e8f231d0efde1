import { connect } from '@polywire/sdk';
import { createServer, tcp, ws } from '@polywire/server';
import { describe, expect, it } from 'vitest';

// Calls that are made in one turn leave together, but not in a message that the peer refuses for its size.
describe.each([
  ['WebSocket', ws({ port: 0 })],
  ['TCP', tcp({ port: 0 })],
])('many calls with large values in one turn, over %s', (_, listener) => {
  it('are all answered, on one connection', async () => {
    const server = await createServer({ listeners: [listener] });
    const client = await connect(server.addresses[0] as string);
    // Small ones fill a batch almost, so that a large one makes it as large as it can be.
    const sizes = Array.from({ length: 40 }, (_, index) => (index % 4 === 3 ? 1_000_000 : 20_000 + index));
    await Promise.all(
      sizes.map((size, index) => client.kv.set({ key: `k${index}`, value: new Uint8Array(size).fill(index) })),
    );
    const found = await Promise.all(sizes.map((_, index) => client.kv.get({ key: `k${index}` })));
    expect(found.map(({ value }) => value.length)).toEqual(sizes);
    expect(found.map(({ value }) => value[0])).toEqual(sizes.map((_, index) => index));
    expect(client.stats().reconnects).toBe(0);
    await client.close();
    await server.close();
  });
});
