import { Buffer } from 'node:buffer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../../server/create-server.js';
import type { DropReason } from '../../../server/dialects/banio/banio.js';
import { tcp } from '../../../server/listeners.js';
import type { PolywireServer } from '../../../server/server.js';
import { lmdb } from '../../../server/stores/lmdb.js';
import { memory } from '../../../server/stores/memory.js';
import { temporaryDirectory } from '../../kit/run-server.js';
import { type BanioClient, dialBanio } from './banio-client.js';
import { type BanioReply, type BanioVector, banioVectors, fromHex } from './banio-vectors.js';

/** Ways to send the same bytes. */
const cuts: readonly (readonly [string, (bytes: Buffer) => Buffer[]])[] = [
  ['whole', (bytes) => [bytes]],
  ['byte by byte', (bytes) => [...bytes].map((byte) => Buffer.from([byte]))],
  ['in two', (bytes) => [bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)]],
];

const toServer = banioVectors.filter(
  (vector) => vector.expect !== undefined && vector.direction !== 'server-to-client',
);
const closing = toServer.filter((vector) => vector.expect?.outcome === 'close');
const staying = toServer.filter((vector) => vector.expect?.outcome !== 'close');

/** How a vector's reason is counted. */
const reasons: Readonly<Record<string, DropReason>> = {
  'bad-gob': 'gob',
  'bad-zlib': 'zlib',
  'bad-cipher': 'cipher',
  'bad ping': 'payload',
  'unknown action': 'action',
  'no handler for empty action': 'action',
};

/** What the server has to send back. */
function repliesTo({ expect: expected, decoded }: BanioVector): readonly BanioReply[] {
  if (expected?.outcome === 'reply') return expected.replies ?? [expected.reply as BanioReply];
  if (expected?.outcome !== 'accepted') return [];
  // These are read like others of their action, and answered like them.
  const { action, payloadUtf8 } = decoded as { action: string; payloadUtf8: string };
  if (action === 'onGetVal') return [{ action: `__res__${payloadUtf8}`, noEncrypt: false, payloadUtf8: '' }];
  expect(action).toBe('ping');
  return [{ action: 'pong', noEncrypt: true, payloadUtf8: String(BigInt(payloadUtf8) + 1n) }];
}

describe.each(['memory', 'lmdb'] as const)('vectors of BanIO, store %s', (kind) => {
  const servers = new Map<string, { server: PolywireServer; remove(): void }>();
  const clients: BanioClient[] = [];

  beforeAll(async () => {
    const keys = new Set(toServer.map(({ aesKeyHex }) => aesKeyHex ?? ''));
    for (const aesKey of keys) {
      const data = temporaryDirectory();
      const server = await createServer({
        listeners: [tcp({ port: 0, dialect: 'banio' })],
        store: kind === 'memory' ? memory() : lmdb({ path: data.path }),
        banio: { aesKey, oldEras: true },
      });
      servers.set(aesKey, { server, remove: () => data.remove() });
    }
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) {
      // What a vector has stored is nobody else's business.
      for (const key of ['vv1', 'tmp', 's', 'lock_lk1']) client.set(key, '');
      if (!client.raw.ended) await client.settle();
      client.raw.destroy();
    }
  });
  afterAll(async () => {
    for (const { server, remove } of servers.values()) {
      await server.close();
      remove();
    }
  });

  const serverOf = (vector: BanioVector): PolywireServer =>
    servers.get(vector.aesKeyHex ?? '')?.server as PolywireServer;

  const dial = async (vector: BanioVector): Promise<BanioClient> => {
    const [address] = serverOf(vector).addresses;
    const aesKey = vector.aesKeyHex === '' ? undefined : vector.aesKeyHex;
    const client = await dialBanio(address as string, { aesKey });
    if (vector.expect?.outcome !== 'close') clients.push(client);
    for (const hex of vector.setupHex ?? []) client.raw.send(fromHex(hex));
    return client;
  };

  const dropped = (vector: BanioVector): Record<string, number> => ({ ...serverOf(vector).banio?.dropped });

  describe.each(cuts)('%s', (_, cut) => {
    it.each(staying)('$name', async (vector) => {
      const client = await dial(vector);
      const { tagsAdded = [], tagsRemoved = [], reason } = vector.expect ?? {};
      if (tagsRemoved.length > 0) client.send('subscribe', [...tagsRemoved]);
      await client.settle();
      const before = dropped(vector);
      await client.raw.sendPieces(cut(fromHex(vector.hex)));
      for (const { action, noEncrypt = false, payloadUtf8 } of repliesTo(vector)) {
        expect(await client.receive()).toEqual({ action, noEncrypt, payload: payloadUtf8 });
      }
      // Nothing else comes, and the connection is open.
      if (vector.era === 'v0.2.23+') await client.settle();
      // An empty frame says nothing, so nothing is dropped.
      const counted = vector.name === 'empty-frame' ? undefined : reasons[reason ?? ''];
      const expected = { ...before };
      if (counted !== undefined) expected[counted] = (expected[counted] ?? 0) + 1;
      if (vector.name === 'res-unknown') expected.result = (expected.result ?? 0) + 1;
      expect(dropped(vector)).toEqual(expected);
      for (const tag of tagsAdded) {
        expect(serverOf(vector).banio?.broadcast(tag, 'hello')).toBe(1);
        expect(await client.receive()).toEqual({ action: tag, noEncrypt: false, payload: 'hello' });
      }
      for (const tag of tagsRemoved) expect(serverOf(vector).banio?.broadcast(tag, 'hello')).toBe(0);
    });

    it.each(closing)('$name', async (vector) => {
      const client = await dial(vector);
      await client.raw.sendPieces(cut(fromHex(vector.hex)));
      if (vector.eofAfter === true) client.raw.end();
      await client.raw.closed;
      expect(client.raw.receivedBytes).toBe(0);
    });
  });

  it('all that are answered, in one write', async () => {
    const session = staying.filter(({ aesKeyHex, era }) => aesKeyHex === undefined && era === 'v0.2.23+');
    const client = await dial(session[0] as BanioVector);
    const sent = session.flatMap(({ setupHex = [], hex }) => [...setupHex, hex]).map(fromHex);
    client.raw.send(Buffer.concat(sent));
    // Values that earlier vectors have set are still there.
    const known = new Map<string, string>();
    for (const vector of session) {
      for (const { action, noEncrypt = false, payloadUtf8 } of repliesTo(vector)) {
        const received = await client.receive();
        expect({ action: received.action, noEncrypt: received.noEncrypt }).toEqual({ action, noEncrypt });
        if (payloadUtf8 !== '') known.set(action, payloadUtf8);
        expect(received.payload).toBe(action.startsWith('__res__') ? (known.get(action) ?? '') : payloadUtf8);
      }
    }
    await client.settle();
  });
});
