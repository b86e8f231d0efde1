import { connect as connectTcp, type Socket } from 'node:net';
import { ErrorCode, ErrorCodec } from '@polywire/protocol/polywire.errors.v1';
import { type HelloRequestInit, type HelloResponse, SessionService } from '@polywire/protocol/polywire.session.v1';
import { PacketFlag, PacketType, type RouteInit } from '@polywire/protocol/polywire.transport.v1';
import { ByteReader, EMPTY_BYTES, type MethodDescriptor, type ServiceDescriptor } from '@polywire/protocol/wire';
import {
  CallEngine,
  type CallLink,
  type Clock,
  createClient,
  IncomingCalls,
  type Packet,
  PacketDecoder,
  PacketWriter,
  PolywireError,
  readRoute,
  ServiceRegistry,
} from '@polywire/sdk/core';
import { WebSocket } from 'ws';

const MAX_BYTES = 33_554_432;
const TIMEOUT_MS = 10_000;

const clock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** How a connection ended: the close code of a WebSocket; 0 on TCP, which has none. */
export interface PeerEnd {
  readonly code: number;
  readonly reason: string;
}

/** The socket below a peer, with what a client library would hide. */
interface Wire {
  send(bytes: Uint8Array): boolean;
  close(code: number): void;
  drop(): void;
  pause(): void;
  resume(): void;
}

/**
 * One connection that speaks the native wire, without the comfort of the SDK's client: it never
 * comes back by itself, can be cut off at any moment, and stops reading when it is told to.
 */
export class NativePeer {
  readonly registry = new ServiceRegistry();
  readonly engine: CallEngine;
  /** How the connection ended. */
  readonly closed: Promise<PeerEnd>;
  /** What the server said before it closed the connection. */
  peerError: PolywireError | undefined;
  /** Messages of WebSocket, or pieces of a TCP stream, that came. */
  received = 0;
  receivedBytes = 0;
  #end: (end: PeerEnd) => void = () => {};
  #wire: Wire | undefined;
  readonly #raw = new Map<number, (packet: Packet) => void>();
  #lastRawId = 1_000_000;

  private constructor(framed: boolean) {
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
    const options = {
      clock,
      serve: (link: CallLink) => new IncomingCalls(link, { registry: this.registry, maxCalls: 1_024 }),
      defer: queueMicrotask,
      maxPayloadBytes: MAX_BYTES,
      maxSendPayloadBytes: MAX_BYTES,
      maxStreamBytes: MAX_BYTES,
    };
    this.engine = new CallEngine(options, {
      peer: { sessionId: '', clientId: '' },
      send: (bytes) => this.#wire?.send(bytes) ?? false,
      onOpaque: (packet) => this.#onRaw(packet),
      onPeerError: (error) => {
        this.peerError = error;
      },
    });
    if (!framed) this.engine.stream = new PacketDecoder(options);
  }

  static async dial(address: string): Promise<NativePeer> {
    const url = new URL(address);
    const peer = new NativePeer(url.protocol === 'ws:');
    peer.#wire = await (url.protocol === 'ws:' ? dialWs(url, peer) : dialTcp(url, peer));
    return peer;
  }

  /** Dials and says Hello. */
  static async open(address: string, hello: HelloRequestInit = {}): Promise<NativePeer & { welcome: HelloResponse }> {
    const peer = await NativePeer.dial(address);
    const welcome = await peer.use(SessionService).hello(hello);
    return Object.assign(peer, { welcome });
  }

  use<Client>(service: ServiceDescriptor<Client>): Client {
    return createClient(service, () => this.engine, { timeoutMs: TIMEOUT_MS, maxStreamBytes: MAX_BYTES });
  }

  /** A unary call with a Route of one's own. */
  callWith(service: ServiceDescriptor, method: MethodDescriptor, request: unknown, route: RouteInit): Promise<unknown> {
    const messageId = ++this.#lastRawId;
    const writer = new PacketWriter();
    writer.message(
      {
        packetType: PacketType.REQUEST,
        serviceId: service.serviceId,
        messageId,
        flags: 0,
        route: { ...route, methodId: method.methodId },
      },
      method.request,
      request,
    );
    return new Promise((resolve, reject) => {
      this.#raw.set(messageId, (packet) => {
        const code = (packet.flags & PacketFlag.ROUTE) === 0 ? 0 : readRoute(packet, new ByteReader(EMPTY_BYTES)).code;
        const reader = new ByteReader(packet.payload.slice());
        if (code === 0) resolve(method.response.read(reader));
        else reject(PolywireError.fromMessage(code, ErrorCodec.read(reader)));
      });
      this.closed.then(() => reject(new PolywireError(ErrorCode.UNAVAILABLE, 'the connection ended')), reject);
      this.send(writer.take());
    });
  }

  /** Why the call with a message id that was sent by hand fails; undefined: it has a response. */
  outcomeOf(messageId: number): Promise<PolywireError | undefined> {
    return new Promise((resolve) => {
      this.#raw.set(messageId, (packet) => {
        const code = (packet.flags & PacketFlag.ROUTE) === 0 ? 0 : readRoute(packet, new ByteReader(EMPTY_BYTES)).code;
        if (code === 0) resolve(undefined);
        else resolve(PolywireError.fromMessage(code, ErrorCodec.read(new ByteReader(packet.payload.slice()))));
      });
    });
  }

  #onRaw(packet: Packet): void {
    const answer = this.#raw.get(packet.messageId);
    this.#raw.delete(packet.messageId);
    answer?.(packet);
  }

  /** Sends bytes as they are. */
  send(bytes: Uint8Array): void {
    this.#wire?.send(bytes);
  }

  /** Ends the connection as a client does that has finished. On TCP that is the end of the stream. */
  close(code = 1000): void {
    this.engine.flush();
    this.#wire?.close(code);
  }

  /** Cuts the connection off. */
  drop(): void {
    this.#wire?.drop();
  }

  stopReading(): void {
    this.#wire?.pause();
  }

  goOnReading(): void {
    this.#wire?.resume();
  }

  onBytes(bytes: Uint8Array): void {
    this.received++;
    this.receivedBytes += bytes.length;
    this.engine.receive(bytes);
  }

  onEnd(end: PeerEnd): void {
    this.engine.close(
      this.peerError ?? new PolywireError(ErrorCode.UNAVAILABLE, `the connection ended: ${end.code} ${end.reason}`),
    );
    this.#end(end);
  }
}

function dialWs(url: URL, peer: NativePeer): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'polywire.v1', { perMessageDeflate: false, maxPayload: MAX_BYTES * 2 });
    socket.on('error', reject);
    socket.on('message', (data) => peer.onBytes(data as Buffer));
    socket.on('close', (code, reason) => peer.onEnd({ code, reason: reason.toString() }));
    socket.on('open', () =>
      resolve({
        send: (bytes) => {
          socket.send(Buffer.from(bytes), () => {
            if (socket.bufferedAmount === 0) peer.engine.onWritable();
          });
          return socket.bufferedAmount < 65_536;
        },
        close: (code) => socket.close(code),
        drop: () => socket.terminate(),
        pause: () => socket.pause(),
        resume: () => socket.resume(),
      }),
    );
  });
}

function dialTcp(url: URL, peer: NativePeer): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connectTcp({ host: url.hostname, port: Number(url.port), noDelay: true });
    socket.on('error', reject);
    socket.on('data', (bytes) => peer.onBytes(bytes));
    socket.on('drain', () => peer.engine.onWritable());
    socket.on('close', () => peer.onEnd({ code: 0, reason: '' }));
    socket.on('connect', () =>
      resolve({
        send: (bytes) => socket.write(Buffer.from(bytes)),
        close: () => socket.end(),
        drop: () => socket.resetAndDestroy(),
        pause: () => socket.pause(),
        resume: () => socket.resume(),
      }),
    );
  });
}
