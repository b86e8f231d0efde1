import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { createServer, type Identity, type PolywireServer, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

const FINAL_UNAUTHENTICATED = 3508;
const KV_GET = [3, 1] as const;
const HELLO = [1, 1] as const;
const REQUEST = 1;
const ROUTE_FLAG = 4;

/** A request of the native wire, byte by byte. */
function request([serviceId, methodId]: readonly [number, number], messageId: number, payload: Uint8Array): Buffer {
  const packet = Buffer.alloc(18 + payload.length);
  packet.set([1, 0, REQUEST, serviceId]);
  packet.writeUInt32BE(messageId, 4);
  packet.writeUInt16BE(2, 8);
  packet.writeUInt32BE(payload.length, 10);
  packet.writeUInt16BE(ROUTE_FLAG, 14);
  packet.set([8, methodId], 16);
  packet.set(payload, 18);
  return packet;
}

const text = (field: number, value: string): Buffer =>
  Buffer.concat([Buffer.from([(field << 3) | 2, value.length]), Buffer.from(value)]);
const hello = (messageId: number, token: string): Buffer => request(HELLO, messageId, text(2, token));
const get = (messageId: number): Buffer => request(KV_GET, messageId, text(1, 'k'));

/** The replies in a message: "<message id> ok" or "<message id> <error code>". */
function repliesIn(message: Buffer): string[] {
  const replies: string[] = [];
  for (let at = 0; at < message.length; ) {
    const messageId = message.readUInt32BE(at + 4);
    const extLen = message.readUInt16BE(at + 8);
    const payloadAt = at + 16 + extLen;
    // An error's payload begins with its code.
    const code = extLen === 0 ? 'ok' : String(message[payloadAt + 1]);
    replies.push(`${messageId} ${code}`);
    at = payloadAt + message.readUInt32BE(at + 10);
  }
  return replies;
}

let server: PolywireServer | undefined;
afterEach(() => server?.close({ drainMs: 0 }));

/** A server whose check takes until it is told its outcome. */
async function start(): Promise<{ url: string; decide(outcome: Identity | Error): void; asked(): number }> {
  const waiting: ((outcome: Identity | Error) => void)[] = [];
  let asked = 0;
  server = await createServer({
    listeners: [ws({ port: 0 }), tcp({ port: 0 })],
    limits: { helloTimeoutMs: 1_000 },
    auth: {
      authenticate: () => {
        asked++;
        return new Promise((resolve, reject) => {
          waiting.push((outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
        });
      },
    },
  });
  return {
    url: server.addresses[0] as string,
    decide: (outcome) => waiting.shift()?.(outcome),
    asked: () => asked,
  };
}

async function open(url: string) {
  const socket = new WebSocket(url);
  const replies: string[] = [];
  let closeCode: number | undefined;
  socket.on('message', (message: Buffer) => replies.push(...repliesIn(message)));
  socket.on('close', (code) => {
    closeCode = code;
  });
  await new Promise((resolve) => socket.once('open', resolve));
  return {
    send: (...packets: Buffer[]) => socket.send(Buffer.concat(packets)),
    replies,
    closed: () => closeCode,
    socket,
  };
}

it('a refused Hello is the only one of its connection', async () => {
  const good = { token: 'the-right-one', clientId: '', permissions: ['*'] };
  server = await createServer({ listeners: [ws({ port: 0 })], auth: { tokens: [good] } });
  const peer = await open(server.addresses[0] as string);
  peer.send(hello(1, 'a-wrong-one'), hello(2, good.token), get(3));
  await expect.poll(() => peer.closed()).toBe(FINAL_UNAUTHENTICATED);
  const refused = ErrorCode.UNAUTHENTICATED;
  expect(peer.replies).toEqual([`1 ${refused}`, `2 ${refused}`, `3 ${refused}`]);
});

describe('while a token is being checked', () => {
  it('no call runs, also none that came in the same read; after it they do', async () => {
    const { url, decide } = await start();
    const peer = await open(url);
    peer.send(hello(1, 't'), get(2), hello(3, 't'));
    await expect
      .poll(() => peer.replies)
      .toEqual([`2 ${ErrorCode.HELLO_REQUIRED}`, `3 ${ErrorCode.FAILED_PRECONDITION}`]);
    peer.send(get(4));
    await expect.poll(() => peer.replies.at(-1)).toBe(`4 ${ErrorCode.HELLO_REQUIRED}`);
    decide({ permissions: ['kv'] });
    await expect.poll(() => peer.replies.at(-1)).toBe('1 ok');
    peer.send(get(5));
    await expect.poll(() => peer.replies.at(-1)).toBe('5 ok');
    peer.socket.close();
  });

  it('a refusal is answered, then the connection closes; what else was asked is refused too', async () => {
    const { url, decide } = await start();
    const peer = await open(url);
    peer.send(hello(1, 't'), get(2));
    await expect.poll(() => peer.replies.length).toBe(1);
    decide(undefined as never);
    await expect.poll(() => peer.closed()).toBe(FINAL_UNAUTHENTICATED);
    expect(peer.replies).toEqual([`2 ${ErrorCode.HELLO_REQUIRED}`, `1 ${ErrorCode.UNAUTHENTICATED}`]);
  });

  it('the deadline of Hello goes on', async () => {
    const { url, decide } = await start();
    const peer = await open(url);
    peer.send(hello(1, 't'));
    await expect.poll(() => peer.closed(), { timeout: 5_000 }).toBe(3041);
    decide({ permissions: ['*'] });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server?.sessions()).toHaveLength(0);
  });

  it('a client that goes away is forgotten', async () => {
    const { url, decide, asked } = await start();
    const peer = await open(url);
    peer.send(hello(1, 't'));
    await expect.poll(asked).toBe(1);
    peer.socket.terminate();
    await expect.poll(() => server?.sessions().length).toBe(0);
    decide({ permissions: ['*'], expiresAtMs: Date.now() + 1_000_000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server?.sessions()).toHaveLength(0);
  });

  it('hooks that take their time change none of this', async () => {
    const { url, decide } = await start();
    const slow = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));
    server?.use({ onReceive: slow, onExecute: slow, onRespond: slow });
    const peer = await open(url);
    peer.send(hello(1, 't'), get(2));
    await expect.poll(() => peer.replies).toEqual([`2 ${ErrorCode.HELLO_REQUIRED}`]);
    decide(undefined as never);
    const late = setInterval(() => decide(undefined as never), 5);
    await expect.poll(() => peer.closed()).toBe(FINAL_UNAUTHENTICATED);
    clearInterval(late);
    expect(peer.replies.at(-1)).toBe(`1 ${ErrorCode.UNAUTHENTICATED}`);
  });
});
