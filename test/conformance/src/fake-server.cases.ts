import { createServer, type Server } from 'node:net';
import type { JsonObject } from '@bufbuild/protobuf';
import { WebSocketServer } from 'ws';
import { decodeMessage, decodeRoute, encodeMessage, encodeRoute } from './peer/message-codec.js';
import { encodePacket, MORE, type Packet, PacketReader, REQUEST, RESPONSE, ROUTE } from './peer/packet.js';
import { type MethodInfo, messageDesc, methodByIds } from './schema/registry.js';

/** What a test's own answer may do on a connection. */
export interface FakePeer {
  /** Sends bytes: on WebSocket one message. */
  raw(bytes: Uint8Array): void;
  /** Sends a response with a message of the method as payload. */
  respond(request: Packet, json: JsonObject, flags?: number): void;
  /** Sends the last packet of a stream. */
  endStream(request: Packet): void;
  fail(request: Packet, code: number, json: JsonObject): void;
  end(code: number): void;
}

export interface FakeOptions {
  readonly transport?: 'tcp' | 'ws';
  /** Answers a packet in a way of its own: true when it did. Default: everything is answered rightly. */
  readonly answer?: (packet: Packet, method: string, peer: FakePeer) => boolean;
  /** What the Welcome says beside the session id. */
  readonly welcome?: JsonObject;
  /** The sub-protocol that is chosen. */
  readonly protocol?: string | false;
}

export interface FakeServer {
  readonly url: string;
  close(): Promise<void>;
}

const MAX_BYTES = 1_048_576;

/** A small server that does what the suites of the tests ask for, and whatever wrong a test wants. */
export async function startFakeServer(options: FakeOptions = {}): Promise<FakeServer> {
  return options.transport === 'ws' ? startWs(options) : startTcp(options);
}

async function startTcp(options: FakeOptions): Promise<FakeServer> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    const handle = serve(
      options,
      (bytes) => socket.write(bytes),
      () => socket.end(),
    );
    socket.on('data', handle);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `tcp://127.0.0.1:${portOf(server)}`, close: () => closed((done) => server.close(done)) };
}

async function startWs(options: FakeOptions): Promise<FakeServer> {
  const { protocol = 'polywire.v1' } = options;
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => protocol });
  server.on('connection', (socket) => {
    const handle = serve(
      options,
      (bytes) => socket.send(bytes),
      (code) => socket.close(code),
    );
    socket.on('message', (data, isBinary) => (isBinary ? handle(data as Buffer) : socket.close(3532)));
  });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  return { url: `ws://127.0.0.1:${portOf(server)}`, close: () => closed((done) => server.close(done)) };
}

function portOf(server: Server | WebSocketServer): number {
  return (server.address() as { port: number }).port;
}

function closed(close: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => close(() => resolve()));
}

function serve(
  options: FakeOptions,
  raw: (bytes: Uint8Array) => void,
  end: (code: number) => void,
): (bytes: Uint8Array) => void {
  const reader = new PacketReader(MAX_BYTES);
  const methods = new Map<number, MethodInfo>();
  const send = (packet: Packet, flags: number, payload: Uint8Array, ext: Uint8Array = new Uint8Array(0)): void =>
    raw(
      encodePacket({ type: RESPONSE, serviceId: packet.serviceId, messageId: packet.messageId, flags, ext, payload }),
    );
  const peer: FakePeer = {
    raw,
    end,
    respond: (request, json, flags = 0) => {
      const output = methods.get(request.messageId)?.desc.output;
      if (output !== undefined) send(request, flags, encodeMessage(output, json));
    },
    endStream: (request) => send(request, 0, new Uint8Array(0)),
    fail: (request, code, json) =>
      send(request, ROUTE, encodeMessage(messageDesc('polywire.errors.v1.Error'), json), encodeRoute({ code })),
  };
  return (bytes) => {
    for (const packet of reader.push(bytes)) {
      const routed = (packet.flags & ROUTE) !== 0;
      const method = routed ? methodByIds(packet.serviceId, decodeRoute(packet.ext).methodId) : undefined;
      if (method !== undefined) methods.set(packet.messageId, method);
      const name = method?.desc.name ?? '';
      if (options.answer?.(packet, name, peer)) continue;
      if (packet.type === REQUEST && method !== undefined) answerRightly(options, packet, method, peer);
    }
  };
}

function answerRightly(options: FakeOptions, packet: Packet, method: MethodInfo, peer: FakePeer): void {
  const request = decodeMessage(method.desc.input, packet.payload);
  switch (method.desc.name) {
    case 'Hello':
      peer.respond(packet, { sessionId: 's', serviceIds: [1, 250], agent: 'fake/1', ...options.welcome });
      return;
    case 'Ping':
      peer.respond(packet, { nonce: request.nonce ?? '0' });
      return;
    case 'Unary':
      peer.respond(packet, { payload: request.payload ?? '' });
      return;
    case 'ServerStream': {
      const count = Number((request.plan as JsonObject | undefined)?.count ?? 0);
      for (let index = 0; index < count; index++) {
        peer.respond(packet, { payload: request.payload ?? '', index }, MORE);
      }
      peer.endStream(packet);
      return;
    }
    default:
      peer.fail(packet, 12, { code: 'ERROR_CODE_UNIMPLEMENTED', message: 'not here' });
  }
}
