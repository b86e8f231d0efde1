import { Buffer } from 'node:buffer';
import { connect } from '@polywire/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dialRaw, type RawPeer } from '../../kit/dial-raw.js';
import { runCli } from '../../kit/run-cli.js';
import { type RunningServer, runServer } from '../../kit/run-server.js';
import { replyLines } from './kv-replies.js';
import { getFrame, requestFrame, setFrame } from './kv-vectors.js';

const KV_LISTENER = '[[listen]]\ntransport = "tcp"\nport = 0\ndialect = "kv"\n';
const text = new TextDecoder();
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

interface KvServer {
  readonly server: RunningServer;
  dial(): Promise<RawPeer>;
}

const running: KvServer[] = [];
const peers: RawPeer[] = [];

async function start(toml = '', store: 'memory' | 'lmdb' = 'memory'): Promise<KvServer> {
  const server = await runServer({ store, toml: `${KV_LISTENER}\n${toml}` });
  const address = await waitFor(() => [...server.log().matchAll(/listening on (tcp:[^\s"\\]+)/g)][1]?.[1]);
  const made: KvServer = {
    server,
    dial: async () => {
      const peer = await dialRaw(address);
      peers.push(peer);
      return peer;
    },
  };
  running.push(made);
  return made;
}

afterEach(() => {
  for (const peer of peers.splice(0)) peer.destroy();
});
afterAll(async () => {
  await Promise.all(running.map(({ server }) => server.stop()));
});

describe('the KV wire of a default server', () => {
  let kv: KvServer;
  beforeAll(async () => {
    kv = await start('', 'lmdb');
  });

  const ask = async (peer: RawPeer, ...frames: Buffer[]): Promise<string[]> => {
    peer.send(Buffer.concat(frames));
    const lines: string[] = [];
    while (lines.length < frames.length) lines.push(...replyLines(await peer.receive(1)));
    return lines;
  };

  it('shares its keys with the command line and the SDK, both ways', async () => {
    const cli = (...args: string[]) => runCli([...args, '--url', kv.server.wsUrl]);
    expect((await cli('kv', 'set', 'name', '999999')).code).toBe(0);
    const peer = await kv.dial();
    expect(await ask(peer, getFrame('name'))).toEqual(['200 success 999999']);
    expect(await ask(peer, setFrame('name', bytes('from the old client')))).toEqual([
      '200 success from the old client',
    ]);
    expect((await cli('kv', 'get', 'name')).stdout).toBe('from the old client');
    const client = await connect(kv.server.tcpUrl);
    await client.kv.set({ key: 'binary', value: new Uint8Array([0, 255]) });
    peer.send(getFrame('binary'));
    expect((await peer.receive(20)).subarray(-2)).toEqual(Buffer.from([0, 255]));
    await client.kv.delete({ key: 'name' });
    expect(await ask(peer, getFrame('name'))).toEqual(['400 None value']);
    await client.close();
  });

  it('ignores expire', async () => {
    const peer = await kv.dial();
    await ask(peer, setFrame('expiring', bytes('x'), 1));
    const client = await connect(kv.server.wsUrl);
    expect(await client.kv.get({ key: 'expiring' })).toMatchObject({ found: true, expiresAtMs: 0 });
    await client.close();
  });

  it('keeps the empty key and empty values', async () => {
    const peer = await kv.dial();
    const set = setFrame('', bytes('of nothing'));
    expect(await ask(peer, set, getFrame(''), setFrame('e', bytes('')), getFrame('e'))).toEqual([
      '200 success of nothing',
      '200 success of nothing',
      '200 success',
      '200 success',
    ]);
  });

  it('answers a long pipeline in order: gets see the sets before them', async () => {
    const peer = await kv.dial();
    const frames: Buffer[] = [];
    const expected: string[] = [];
    for (let index = 0; index < 2_000; index++) {
      frames.push(setFrame(`p${index % 7}`, bytes(`v${index}`)));
      expected.push(`200 success v${index}`);
      if (index % 50 !== 0) continue;
      frames.push(getFrame(`p${index % 7}`));
      expected.push(`200 success v${index}`);
    }
    peer.send(Buffer.concat(frames));
    const byteCount = expected.reduce((sum, line) => sum + 4 + 12 + 2 + line.length - '200 success '.length, 0);
    expect(replyLines(await peer.receive(byteCount, 15_000))).toEqual(expected);
  });

  it('echoes a value of 1 MiB and refuses a larger one with a text', async () => {
    const peer = await kv.dial();
    const value = Buffer.alloc(1_048_576, 7);
    peer.send(setFrame('large', value));
    const echo = await peer.receive(4 + 12 + 4 + value.length);
    expect(echo.subarray(20).equals(value)).toBe(true);
    const [refusal] = await ask(peer, setFrame('large', Buffer.alloc(1_048_577)));
    expect(refusal).toBe('400 the value is 1048577 bytes; the limit is 1048576 (limits.max_value_bytes)');
  });

  it('answers what a peer asked for before it ended its side', async () => {
    const peer = await kv.dial();
    peer.send(Buffer.concat([setFrame('half', bytes('closed')), getFrame('half')]));
    peer.end();
    await peer.closed;
    expect(replyLines(peer.take())).toEqual(['200 success closed', '200 success closed']);
  });

  it('sends 100 MiB to a peer that asks first and reads later, with a queue limit of 4 MiB', async () => {
    const peer = await kv.dial();
    const value = Buffer.alloc(1_048_576, 3);
    peer.send(setFrame('big', value));
    await peer.receive(20 + value.length);
    peer.read(false);
    peer.send(Buffer.concat(Array.from({ length: 100 }, () => getFrame('big'))));
    await new Promise((resolve) => setTimeout(resolve, 300));
    peer.read(true);
    const replies = await peer.receive(100 * (20 + value.length), 20_000);
    expect(replies.length).toBe(100 * (20 + value.length));
    expect(peer.ended).toBe(false);
  });

  it('logs no values', () => {
    expect(kv.server.log()).not.toMatch(/999999|from the old client/);
  });
});

describe('settings of the KV wire', () => {
  it('obeys expire when told so, in the unit that was said', async () => {
    const kv = await start('[kv_wire]\nexpire = "milliseconds"');
    const peer = await kv.dial();
    peer.send(setFrame('short', bytes('x'), 150));
    await peer.receive(1);
    const client = await connect(kv.server.wsUrl);
    expect((await client.kv.get({ key: 'short' })).expiresAtMs).toBeGreaterThan(Date.now() - 1_000);
    await waitFor(async () => ((await client.kv.get({ key: 'short' })).found ? undefined : true));
    await client.close();
  });

  it('publishes and subscribes when told so, also with the SDK', async () => {
    const kv = await start('[kv_wire]\npublish_subscribe = true');
    const peer = await kv.dial();
    peer.send(requestFrame({ reqData: { $case: 'subscribe', value: { topic: 'ticks' } } }));
    expect(replyLines(await peer.receive(1))).toEqual(['200 success 1']);
    const client = await connect(kv.server.wsUrl);
    expect((await client.kv.publish({ topic: 'ticks', payload: bytes('one') })).receivers).toBe(1);
    expect(replyLines(await peer.receive(1))).toEqual(['200 ticks one']);
    const events = client.kv.subscribe({ topic: 'ticks' })[Symbol.asyncIterator]();
    await events.next();
    peer.send(requestFrame({ reqData: { $case: 'publish', value: { topic: 'ticks', value: bytes('two') } } }));
    const { value } = await events.next();
    expect(text.decode(value?.event?.$case === 'message' ? value.event.value.payload : undefined)).toBe('two');
    await client.close();
  });

  it('has a lower limit of frames', async () => {
    const kv = await start('[kv_wire]\nmax_frame_bytes = 100');
    const peer = await kv.dial();
    peer.send(Buffer.concat([setFrame('a', bytes('1')), setFrame('b', Buffer.alloc(200)), getFrame('a')]));
    await peer.closed;
    expect(replyLines(peer.take())).toEqual(['200 success 1']);
    expect(kv.server.log()).toContain('kv_wire.max_frame_bytes');
  });

  it('closes a connection that stands still inside a frame, and no other', async () => {
    const kv = await start('[kv_wire]\nstall_timeout_ms = 150');
    const [stalled, idle] = [await kv.dial(), await kv.dial()];
    stalled.send(getFrame('abc').subarray(0, 6));
    await stalled.closed;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(idle.ended).toBe(false);
  });

  it('holds the limit of connections for their whole life', async () => {
    const kv = await start('[limits]\nmax_connections = 2');
    const [first, second] = [await kv.dial(), await kv.dial()];
    second.send(getFrame('a'));
    await second.receive(1);
    const third = await kv.dial();
    await third.closed;
    first.destroy();
    const answer = await waitFor(async () => {
      const fourth = await kv.dial();
      fourth.send(getFrame('a'));
      const reply = await fourth.receive(1);
      return reply.length > 0 ? replyLines(reply) : undefined;
    });
    expect(answer).toEqual(['400 None value']);
  });
});

describe('SIGTERM', () => {
  it('loses no reply of a set that was executed', async () => {
    const kv = await start('', 'lmdb');
    const peer = await kv.dial();
    const frames = Array.from({ length: 500 }, (_, index) => setFrame(`k${index}`, bytes(`${index}`)));
    peer.send(Buffer.concat(frames));
    await peer.receive(1);
    expect(await kv.server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    await peer.closed;
    // Every reply is whole, and what came after the stop was told so.
    for (const line of replyLines(peer.take()))
      expect(line).toMatch(/^(200 success \d+|500 the server is stopping .*)$/);
  });
});

async function waitFor<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const until = Date.now() + 10_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error('it did not happen within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
