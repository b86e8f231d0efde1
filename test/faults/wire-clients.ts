import { Buffer } from 'node:buffer';
import { connect } from '@polywire/sdk';
import { WebSocket } from 'ws';
import { dialBanio } from '../e2e/wires/banio-client.js';
import { banioVectors } from '../e2e/wires/banio-vectors.js';
import { replyLines } from '../e2e/wires/kv-replies.js';
import { fromHex, getFrame, kvVectors, setFrame } from '../e2e/wires/kv-vectors.js';
import { type Carrier, dialMsgTrans, type MsgTransClient, packetOf, textOf } from '../e2e/wires/msgtrans-client.js';
import { bytesOf, msgtransVectors } from '../e2e/wires/msgtrans-vectors.js';
import { RelayPeer, until } from '../e2e/wires/relay-peer.js';
import { dialRaw } from '../kit/dial-raw.js';
import { frame, Opcode, RawWebSocket } from '../kit/raw-websocket.js';
import type { RunningRedis } from '../kit/run-redis.js';

export const RELAY_TOKEN = 'token of the test';
const CHANNEL = 'mempool:ctf_tx';

/** A client that does what it should, and notices when it is not served as it should. */
export interface HealthyClient {
  /** Sends something that nobody else sends and checks the answer. */
  ask(n: number): Promise<void>;
  close(): Promise<void>;
}

/** A client of bytes: it need not keep to any wire. */
export interface RawClient {
  send(bytes: Uint8Array): void;
  /** The server has ended the connection. */
  readonly ended: boolean;
  destroy(): void;
}

export interface Addresses {
  readonly nativeWs: string;
  readonly nativeTcp: string;
  readonly kv: string;
  readonly banio: string;
  readonly msgtrans: string;
  readonly msgtransWs: string;
  readonly redis: RunningRedis | undefined;
}

/** One wire as its clients see it. */
export interface Wire {
  readonly name: string;
  dialHealthy(at: Addresses, id: string): Promise<HealthyClient>;
  /** Past the upgrade, where the wire has one. */
  dialRaw(at: Addresses): Promise<RawClient>;
  /** Whole messages of the wire, to be spoilt. */
  readonly samples: readonly Uint8Array[];
  /** A message without its end. */
  readonly half: Uint8Array;
}

const text = new TextEncoder();
const halfOf = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length >> 1);

function mustBe(found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`a healthy client got ${String(found)} instead of ${String(expected)}`);
}

async function nativeClient(url: string, clientId: string): Promise<HealthyClient> {
  const client = await connect(url, { clientId });
  return {
    ask: async (n) => {
      const value = text.encode(`${clientId} ${n}`);
      await client.data.store({ key: 'k', value });
      mustBe(Buffer.from((await client.data.read({ key: 'k' })).value).toString(), `${clientId} ${n}`);
    },
    close: () => client.close(),
  };
}

const portOf = (url: string): number => Number(new URL(url).port);

async function rawWebSocket(url: string, path: string): Promise<RawClient> {
  const socket = await RawWebSocket.open(portOf(url), path);
  if (socket.status !== 101) throw new Error(`${path} was answered ${socket.status}`);
  return {
    send: (bytes) => socket.write(bytes),
    get ended() {
      return socket.ended;
    },
    destroy: () => socket.destroy(),
  };
}

async function msgtransClient(carrier: Carrier, url: string): Promise<HealthyClient> {
  const client = await dialMsgTrans(carrier, url);
  /** The next packet, after the greeting and the question. */
  const next = async (of: MsgTransClient): Promise<string> => {
    for (;;) {
      const packet = textOf(await of.next());
      if (!packet.endsWith('Welcome to Echo Server!') && !packet.endsWith('status?')) return packet;
    }
  };
  return {
    ask: async (n) => {
      client.send(packetOf(1, n, `v${n}`));
      mustBe(await next(client), `response ${n} Echo: v${n}`);
    },
    close: async () => client.destroy(),
  };
}

/** Hello of a client without an id, as request 1. */
const hello = Buffer.from('01000201000000010002000000000004' + '0801', 'hex');

const textFrame = frame(Opcode.TEXT, Buffer.from('STORE:key:value'));
const binaryFrame = frame(Opcode.BINARY, hello);
const webSocketSamples = [
  textFrame,
  binaryFrame,
  frame(Opcode.PING, Buffer.from('ping')),
  frame(Opcode.TEXT, Buffer.alloc(200, 'x')),
  frame(Opcode.BINARY, Buffer.alloc(70_000, 7)).subarray(0, 300),
  frame(Opcode.CLOSE, Buffer.from([3, 232])),
];

export const wires: readonly Wire[] = [
  {
    name: 'native over WebSocket',
    dialHealthy: (at, id) => nativeClient(at.nativeWs, id),
    dialRaw: (at) => rawWebSocket(at.nativeWs, '/polywire'),
    samples: webSocketSamples,
    half: halfOf(binaryFrame),
  },
  {
    name: 'native over TCP',
    dialHealthy: (at, id) => nativeClient(at.nativeTcp, id),
    dialRaw: (at) => dialRaw(at.nativeTcp),
    samples: [hello, Buffer.concat([hello, hello])],
    half: halfOf(hello),
  },
  {
    name: 'text store',
    dialHealthy: async (at, id) => {
      const socket = await RawWebSocket.open(portOf(at.nativeWs), `/ocpp/${encodeURIComponent(id)}`);
      return {
        ask: async (n) => {
          mustBe(await socket.ask(`STORE:k:${n}`), `STORED:k:${n}`);
          mustBe(await socket.ask('READ:k'), `DATA:k:${n}`);
        },
        close: async () => socket.destroy(),
      };
    },
    dialRaw: (at) => rawWebSocket(at.nativeWs, '/ocpp/hostile'),
    samples: webSocketSamples,
    half: halfOf(textFrame),
  },
  {
    name: 'KV server',
    dialHealthy: async (at, id) => {
      const peer = await dialRaw(at.kv);
      const ask = async (request: Buffer, reply: string): Promise<void> => {
        peer.send(request);
        mustBe(replyLines(await peer.receive(1)).join(), reply);
      };
      return {
        ask: async (n) => {
          await ask(setFrame(id, text.encode(`v${n}`)), `200 success v${n}`);
          await ask(getFrame(id), `200 success v${n}`);
        },
        close: async () => peer.destroy(),
      };
    },
    dialRaw: (at) => dialRaw(at.kv),
    samples: kvVectors.map(({ hex }) => fromHex(hex)),
    half: halfOf(setFrame('stalled', text.encode('x'.repeat(100)))),
  },
  {
    name: 'BanIO',
    dialHealthy: async (at, id) => {
      const client = await dialBanio(at.banio);
      return {
        ask: async (n) => {
          client.set(id, `v${n}`);
          mustBe(await client.get(id), `v${n}`);
          // Its heartbeat.
          await client.settle();
        },
        close: async () => client.raw.destroy(),
      };
    },
    dialRaw: (at) => dialRaw(at.banio),
    samples: banioVectors.map(({ hex }) => fromHex(hex)),
    half: halfOf(fromHex(banioVectors.find(({ name }) => name.startsWith('ping'))?.hex ?? '')),
  },
  {
    name: 'MsgTrans over TCP',
    dialHealthy: (at) => msgtransClient('tcp', at.msgtrans),
    dialRaw: (at) => dialRaw(at.msgtrans),
    samples: msgtransVectors.map(bytesOf),
    half: halfOf(packetOf(1, 1, 'stalled')),
  },
  {
    name: 'MsgTrans over WebSocket',
    dialHealthy: (at) => msgtransClient('ws', at.msgtransWs),
    dialRaw: (at) => rawWebSocket(at.msgtransWs, '/'),
    samples: [...webSocketSamples, ...msgtransVectors.map((vector) => frame(Opcode.BINARY, bytesOf(vector)))],
    half: halfOf(frame(Opcode.BINARY, packetOf(1, 1, 'stalled'))),
  },
  {
    name: 'Redis relay',
    dialHealthy: async (at, id) => {
      const peer = await RelayPeer.dial(
        `ws://127.0.0.1:${portOf(at.nativeWs)}/ws?token=${encodeURIComponent(RELAY_TOKEN)}`,
      );
      return {
        ask: async (n) => {
          await at.redis?.publish(CHANNEL, `${id} ${n}`);
          await until(() => peer.payloads.at(-1) === `${id} ${n}`, `the message ${id} ${n}`);
          mustBe(peer.webSocket.readyState, WebSocket.OPEN);
        },
        close: async () => peer.close(),
      };
    },
    dialRaw: (at) => rawWebSocket(at.nativeWs, `/ws?token=${encodeURIComponent(RELAY_TOKEN)}`),
    samples: webSocketSamples,
    half: halfOf(textFrame),
  },
];
