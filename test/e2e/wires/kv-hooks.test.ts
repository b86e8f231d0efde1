import { Buffer } from 'node:buffer';
import { EventEmitter, once } from 'node:events';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { connect } from '@polywire/sdk';
import { PolywireError } from '@polywire/sdk/core';
import { createServer, tcp } from '@polywire/server';
import { expect, it } from 'vitest';
import { dialRaw } from '../../kit/dial-raw.js';
import { replyLines } from './kv-replies.js';
import { getFrame, setFrame } from './kv-vectors.js';

// The older server's hooks: what they see, and what they can refuse, on its own wire.
it('runs hooks in order around the requests of KV clients, and a hook can refuse one', async () => {
  const server = await createServer({ listeners: [tcp({ port: 0, dialect: 'kv' })] });
  const seen: string[] = [];
  server.use({
    onReceive: ({ method }) => void seen.push(`receive ${method.name}`),
    onExecute: async ({ method, request }) => {
      const { key } = request as { readonly key: string };
      seen.push(`execute ${method.name} ${key}`);
      if (key === 'secret') throw new PolywireError(ErrorCode.PERMISSION_DENIED, 'not for you');
    },
    onRespond: ({ method }, { ok }) => void seen.push(`respond ${method.name} ${ok}`),
  });
  const peer = await dialRaw(server.addresses[0] as string);
  peer.send(
    Buffer.concat([
      setFrame('k', Buffer.from('v')),
      getFrame('k'),
      setFrame('secret', Buffer.from('v')),
      getFrame('secret'),
    ]),
  );
  const lines: string[] = [];
  while (lines.length < 4) lines.push(...replyLines(await peer.receive(1)));
  expect(lines).toEqual(['200 success v', '200 success v', '400 not for you', '400 not for you']);
  expect(seen).toEqual([
    ...['receive Set', 'execute Set k', 'respond Set true'],
    ...['receive Get', 'execute Get k', 'respond Get true'],
    ...['receive Set', 'execute Set secret', 'respond Set false'],
    ...['receive Get', 'execute Get secret', 'respond Get false'],
  ]);
  peer.destroy();
  await server.close();
});

it.each(['kv', 'native'] as const)(
  'answers a get with what it read, also when the key is set while a hook holds the reply (%s)',
  async (wire) => {
    const server = await createServer({ listeners: [tcp({ port: 0, dialect: 'kv' }), tcp({ port: 0 })] });
    const steps = new EventEmitter();
    const held = once(steps, 'held');
    const released = once(steps, 'released');
    server.use({
      onRespond: async ({ method }) => {
        if (method.name !== 'Get') return;
        steps.emit('held');
        await released;
      },
    });
    const [kvAddress, nativeAddress] = server.addresses as [string, string];
    const writer = await dialRaw(kvAddress);
    const set = async (value: string) => {
      writer.send(setFrame('k', Buffer.from(value)));
      expect(replyLines(await writer.receive(1))).toEqual([`200 success ${value}`]);
    };
    await set('one');
    await set('two');
    const reader = wire === 'kv' ? await dialRaw(kvAddress) : undefined;
    const client = wire === 'kv' ? undefined : await connect(nativeAddress);
    reader?.send(getFrame('k'));
    const response = client?.kv.get({ key: 'k' });
    await held;
    await set('six');
    steps.emit('released');
    const value = reader
      ? replyLines(await reader.receive(1))[0]?.split(' ')[2]
      : Buffer.from((await response)?.value ?? []).toString();
    expect(value).toBe('two');
    writer.destroy();
    reader?.destroy();
    await client?.close();
    await server.close();
  },
);
