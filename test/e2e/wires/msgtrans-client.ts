import { Buffer } from 'node:buffer';
import { PacketDecoder } from '@polywire/sdk/core';
import { dialQuic } from '../../../server/transports/quic/quic-peer.cases.js';
import { dialRaw, type RawPeer } from '../../kit/dial-raw.js';
import { frame, Opcode, RawWebSocket } from '../../kit/raw-websocket.js';

/** Every way that packets of this wire travel. */
export const carriers = ['tcp', 'ws', 'quic-bidi', 'quic-uni'] as const;
export type Carrier = (typeof carriers)[number];

/** A client that does nothing by itself. */
export interface MsgTransClient {
  /** Sends the bytes of one packet, or of one WebSocket message. */
  send(packet: Uint8Array): unknown;
  /** Sends packets in one piece, or each byte alone, as far as the transport lets one say that. */
  sendAll(packets: readonly Uint8Array[], how: 'at once' | 'byte by byte'): Promise<void>;
  /** The next packet from the server; undefined when the connection has ended. */
  next(): Promise<Buffer | undefined>;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<unknown>;
  destroy(): void;
}

/** A packet. */
export function packetOf(
  packetType: 0 | 1 | 2,
  messageId: number,
  payload: Uint8Array | string = '',
  head: { readonly bizType?: number; readonly flags?: number; readonly compression?: number } = {},
): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.alloc(16);
  header.set([1, head.compression ?? 0, packetType, head.bizType ?? 0]);
  header.writeUInt32BE(messageId, 4);
  header.writeUInt32BE(bytes.length, 10);
  header.writeUInt16BE(head.flags ?? 0, 14);
  return Buffer.concat([header, bytes]);
}

/** Such as "response 7 pong". */
export function textOf(packet: Buffer | undefined): string {
  if (packet === undefined) return 'the end';
  const type = ['one-way', 'request', 'response'][packet[2] as number];
  return `${type} ${packet.readUInt32BE(4)} ${packet.subarray(16 + packet.readUInt16BE(8))}`;
}

/** Everything that was sent before is handled when this resolves. Fails when something else comes. */
export async function settle(client: MsgTransClient): Promise<void> {
  client.send(packetOf(1, 0xffff_fff0, 'settle'));
  const found = textOf(await client.next());
  if (found !== 'response 4294967280 settle') throw new Error(`${found} came instead of the response`);
}

/** @param address such as "tcp://127.0.0.1:8001" */
export function dialMsgTrans(carrier: Carrier, address: string): Promise<MsgTransClient> {
  if (carrier === 'tcp') return dialStream(address);
  const port = Number(new URL(address).port);
  return carrier === 'ws' ? dialWebSocket(port) : dialStreams(carrier, port);
}

/** Packets in the order in which they came. */
class Inbox {
  readonly #packets: Buffer[] = [];
  #ended = false;
  #wake: () => void = () => {};

  push(packet: Uint8Array): void {
    this.#packets.push(Buffer.from(packet));
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async next(): Promise<Buffer | undefined> {
    const until = Date.now() + 5_000;
    while (this.#packets.length === 0 && !this.#ended) {
      if (Date.now() > until) throw new Error('no packet came within 5 seconds');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 5_001);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#packets.shift();
  }
}

async function dialStream(address: string): Promise<MsgTransClient & { readonly raw: RawPeer }> {
  const raw = await dialRaw(address);
  const inbox = new Inbox();
  const decoder = new PacketDecoder({ maxPayloadBytes: 64 << 20 });
  const pump = async (): Promise<void> => {
    for (;;) {
      const bytes = await raw.receive(1, 60_000).catch(() => Buffer.alloc(0));
      if (bytes.length === 0) return inbox.end();
      decoder.push(bytes, (packet) => inbox.push(packet.bytes.subarray(packet.start, packet.end)));
    }
  };
  void pump();
  return {
    raw,
    send: (packet) => raw.send(packet),
    sendAll: (packets, how) => {
      const bytes = Buffer.concat(packets);
      return raw.sendPieces(how === 'at once' ? [bytes] : [...bytes].map((byte) => Buffer.of(byte)));
    },
    next: () => inbox.next(),
    closed: raw.closed,
    destroy: () => raw.destroy(),
  };
}

async function dialWebSocket(port: number): Promise<MsgTransClient> {
  const socket = await RawWebSocket.open(port, '/any/path?at=all', {
    headers: { 'Sec-WebSocket-Protocol': 'chat' },
  });
  if (socket.status !== 101 || socket.headers.has('sec-websocket-protocol')) throw new Error('a bad upgrade');
  return {
    send: (packet) => socket.send(Opcode.BINARY, packet),
    sendAll: async (packets, how) => {
      const bytes = Buffer.concat(packets.map((packet) => frame(Opcode.BINARY, packet)));
      for (const piece of how === 'at once' ? [bytes] : [...bytes].map((byte) => Buffer.of(byte))) {
        socket.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    next: async () => {
      const found = await socket.next();
      return found === undefined || found.opcode === Opcode.CLOSE ? undefined : found.payload;
    },
    get closed() {
      return (async () => {
        for (let found = await socket.next(); found !== undefined; found = await socket.next()) {
          if (found.opcode === Opcode.CLOSE) return found.payload.readUInt16BE();
        }
        return undefined;
      })();
    },
    destroy: () => socket.destroy(),
  };
}

async function dialStreams(carrier: 'quic-bidi' | 'quic-uni', port: number): Promise<MsgTransClient> {
  const peer = await dialQuic(port, {
    alpn: ['msgtrans'],
    opens: carrier === 'quic-bidi' ? 'one-stream' : 'stream-per-packet',
    streamWindowBytes: 1 << 20,
  });
  const withLength = (packet: Uint8Array): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(packet.length);
    return Buffer.concat([length, packet]);
  };
  let nextStream = carrier === 'quic-uni' ? 2 : 0;
  /** Writes bytes to the one stream, or to one of their own. */
  const sendStream = async (bytes: Uint8Array, how: 'at once' | 'byte by byte'): Promise<void> => {
    const isLast = carrier === 'quic-uni';
    const stream = nextStream;
    if (isLast) nextStream += 4;
    const pieces = how === 'at once' ? [bytes] : [...bytes].map((byte) => Uint8Array.of(byte));
    for (const [at, piece] of pieces.entries()) {
      peer.sendRaw(stream, piece, isLast && at === pieces.length - 1);
      if (how === 'byte by byte') await new Promise((resolve) => setImmediate(resolve));
    }
  };
  let ended = false;
  void peer.ended.then(() => {
    ended = true;
  });
  return {
    send: (packet) => sendStream(carrier === 'quic-uni' ? packet : withLength(packet), 'at once'),
    sendAll: async (packets, how) => {
      const streams = carrier === 'quic-uni' ? packets : [Buffer.concat(packets.map(withLength))];
      for (const bytes of streams) await sendStream(bytes, how);
    },
    next: async () => {
      const until = Date.now() + 5_000;
      while (peer.received.length === 0 && !ended) {
        if (Date.now() > until) throw new Error('no packet came within 5 seconds');
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      return peer.received.shift();
    },
    closed: peer.ended.then((end) => end.code),
    destroy: () => peer.reset(),
  };
}
