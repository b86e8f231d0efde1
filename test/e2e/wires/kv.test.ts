import { Buffer } from 'node:buffer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../../server/create-server.js';
import { tcp } from '../../../server/listeners.js';
import type { PolywireServer } from '../../../server/server.js';
import { KV_SPACE } from '../../../server/services/kv.js';
import { lmdb } from '../../../server/stores/lmdb.js';
import { memory } from '../../../server/stores/memory.js';
import type { Store } from '../../../server/stores/store.js';
import { dialRaw, type RawPeer } from '../../kit/dial-raw.js';
import { temporaryDirectory } from '../../kit/run-server.js';
import { replyLines } from './kv-replies.js';
import { fromHex, getFrame, type KvVector, kvVectors } from './kv-vectors.js';

const withReply = kvVectors.filter((vector) => vector.expectReplyHex !== undefined);
const refused = kvVectors.filter((vector) => vector.expect?.outcome === 'error');
const closing = kvVectors.filter((vector) => vector.expect?.outcome === 'close');

const NONE_VALUE = fromHex('0000000f089003120a4e6f6e652076616c7565');

/** Ways to send the same bytes. */
const cuts: readonly (readonly [string, (bytes: Buffer) => Buffer[]])[] = [
  ['whole', (bytes) => [bytes]],
  ['byte by byte', (bytes) => [...bytes].map((byte) => Buffer.from([byte]))],
  ['in two', (bytes) => [bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)]],
];

describe.each(['memory', 'lmdb'] as const)('vectors of the KV wire, store %s', (kind) => {
  const data = temporaryDirectory();
  const peers: RawPeer[] = [];
  let server: PolywireServer;
  let store: Store;

  beforeAll(async () => {
    const factory = kind === 'memory' ? memory() : lmdb({ path: data.path });
    server = await createServer({
      listeners: [tcp({ port: 0, dialect: 'kv' })],
      store: async (environment) => {
        store = await factory(environment);
        return store;
      },
    });
  });
  afterEach(() => {
    for (const peer of peers.splice(0)) peer.destroy();
  });
  afterAll(async () => {
    await server.close();
    data.remove();
  });

  /** A connection to a server without keys, with the vector's setup done. */
  const dial = async (vector: KvVector): Promise<RawPeer> => {
    await store.clear(KV_SPACE);
    const peer = await dialRaw(server.addresses[0] as string);
    peers.push(peer);
    for (const hex of vector.setupHex ?? []) {
      peer.send(fromHex(hex));
      await peer.receive(4);
    }
    return peer;
  };

  describe.each(cuts)('%s', (_, cut) => {
    it.each(withReply)('$name', async (vector) => {
      const peer = await dial(vector);
      const expected = fromHex(vector.expectReplyHex as string);
      await peer.sendPieces(cut(fromHex(vector.hex)));
      expect((await peer.receive(expected.length)).toString('hex')).toBe(expected.toString('hex'));
      // The connection is open: it answers once more.
      peer.send(getFrame('never set'));
      expect(replyLines(await peer.receive(NONE_VALUE.length))).toEqual(['400 None value']);
      expect(peer.ended).toBe(false);
    });

    it.each(refused)('$name', async (vector) => {
      expect(vector.expect?.anyOf).toContain('reply-400');
      const peer = await dial(vector);
      await peer.sendPieces([...cut(fromHex(vector.hex)), getFrame('never set')]);
      const lines: string[] = [];
      while (lines.length < 2) lines.push(...replyLines(await peer.receive(1)));
      const [refusal, next] = lines;
      expect(refusal).toMatch(/^400 (malformed message: .+|a string field is not valid UTF-8)$/);
      expect(next).toBe('400 None value');
      expect(store.scan(KV_SPACE, { prefix: '', limit: 10 })).toEqual([]);
    });

    it.each(closing)('$name', async (vector) => {
      const peer = await dial(vector);
      await peer.sendPieces(cut(fromHex(vector.hex)));
      if (vector.eofAfter === true) peer.end();
      await peer.closed;
      expect(peer.take()).toHaveLength(0);
      expect(store.scan(KV_SPACE, { prefix: '', limit: 10 })).toEqual([]);
    });
  });

  it.each(withReply.filter(({ segments }) => segments !== undefined))('$name in its segments', async (vector) => {
    const peer = await dial(vector);
    await peer.sendPieces((vector.segments ?? []).map(fromHex));
    const expected = fromHex(vector.expectReplyHex as string);
    expect(await peer.receive(expected.length)).toEqual(expected);
  });

  it('all requests on one connection in one write: all replies, in order', async () => {
    const alone = withReply.filter(({ setupHex }) => setupHex === undefined);
    const peer = await dial(alone[0] as KvVector);
    const keys = new Set<string>();
    const expected: Buffer[] = [];
    // A key is in the store from its first set on, so a later get of it is left out.
    const sent = alone.filter(({ decoded, expectReplyHex }) => {
      const each = [decoded].flat();
      if (each.some((one) => one?.command === 'get' && keys.has(one.key ?? ''))) return false;
      for (const one of each) if (one?.command === 'set') keys.add(one.key ?? '');
      expected.push(fromHex(expectReplyHex as string));
      return true;
    });
    expect(sent.length).toBeGreaterThan(12);
    peer.send(Buffer.concat(sent.map(({ hex }) => fromHex(hex))));
    const replies = Buffer.concat(expected);
    expect((await peer.receive(replies.length)).toString('hex')).toBe(replies.toString('hex'));
  });
});
