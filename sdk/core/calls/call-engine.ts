import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PacketFlag, PacketType, type Route } from '@polywire/protocol/polywire.transport.v1';
import { PolywireError } from '../error.js';
import type { Packet } from '../packet/packet.js';
import { PacketDecoder } from '../packet/packet-decoder.js';
import { readRoute } from '../packet/read-route.js';
import type { CallEnvironment } from './call-environment.js';
import { CallLink, type CallLinkOptions } from './call-link.js';
import type { CallServer, ServeLink } from './call-server.js';
import { OutgoingCalls } from './outgoing-calls.js';

// Errors of the connection itself go out under the session service's id, for no call.
const SESSION_SERVICE_ID = 1;

/** What an engine does, the same for every connection of a kind. */
export interface CallEngineOptions extends CallLinkOptions {
  /** Makes what serves the peer's calls: IncomingCalls, of a registry. */
  readonly serve: ServeLink;
  /** Largest payload to accept, in bytes. */
  readonly maxPayloadBytes: number;
  /** First message id of this side's calls. Default: 1. */
  readonly firstMessageId?: number;
}

/**
 * One side of a native connection: turns received bytes into calls of this side's services and
 * answers to this side's calls, and both into bytes. Both sides run the same engine. It does no
 * I/O: bytes and time come in, bytes go out through the environment's `send`.
 */
export class CallEngine {
  readonly incoming: CallServer;
  readonly #link: CallLink;
  readonly #decoder: PacketDecoder;
  readonly #options: CallEngineOptions;
  /** Undefined: this side has not called yet. */
  #outgoing: OutgoingCalls | undefined;
  #closedWith: PolywireError | undefined;
  /** Packets received since the start. */
  packetsIn = 0;
  /** Bytes come as messages of whole packets, as on WebSocket. False: as pieces of a stream. */
  framed = false;

  constructor(options: CallEngineOptions, environment: CallEnvironment) {
    this.#options = options;
    this.#link = new CallLink(options, environment);
    this.#decoder = new PacketDecoder(options);
    this.incoming = options.serve(this.#link);
  }

  /** The calls that this side makes. */
  get outgoing(): OutgoingCalls {
    this.#outgoing ??= new OutgoingCalls(this.#link, this.#options.firstMessageId ?? 1, this.#closedWith);
    return this.#outgoing;
  }

  /** Packets sent since the start. */
  get packetsOut(): number {
    return this.#link.packetsOut;
  }

  /** Largest payload that the peer accepts: set it when the peer says so. */
  set maxSendPayloadBytes(bytes: number) {
    this.#link.maxSendPayloadBytes = bytes;
  }

  /** Largest message that goes in pieces, in either direction: set it when the peer says so. */
  set maxMessageBytes(bytes: number) {
    this.#link.maxMessageBytes = bytes;
  }

  /** Bytes of an unfinished packet that are kept. */
  get pendingBytes(): number {
    return this.#decoder.pendingBytes;
  }

  /** Nothing goes on, and this side has never called: another connection can have this engine. */
  get isIdle(): boolean {
    if (this.#outgoing !== undefined || this.#decoder.pendingBytes > 0) return false;
    return this.incoming.isIdle && this.#link.isIdle;
  }

  /** Gives an idle engine to another connection of the same kind. */
  workFor(environment: CallEnvironment): void {
    this.#link.environment = environment;
    this.#link.packetsOut = 0;
    this.packetsIn = 0;
  }

  /** A large message is on its way, a piece after the other. */
  get isSendingLarge(): boolean {
    return this.#link.isSendingLarge;
  }

  /** Connection has room again after `send` returned false. */
  onWritable(): void {
    this.#link.onWritable();
  }

  /** Undefined when the connection has room, else a promise of it. */
  room(): Promise<void> | undefined {
    return this.#link.room();
  }

  /**
   * Handles received bytes, borrowed until it returns. All replies that are ready leave in one piece.
   *
   * @throws PolywireError when the stream cannot be read on. The peer was told; the caller closes
   * the connection with the error's close code.
   */
  receive(bytes: Uint8Array): void {
    if (this.#link.closed) return;
    const plain = plainBytes(bytes);
    this.#link.hold();
    try {
      this.#decoder.push(plain, CallEngine.#onPacket, this);
      if (this.framed && this.#decoder.pendingBytes > 0) {
        const text = `a message ends inside a packet: ${this.#decoder.pendingBytes} bytes of it came`;
        throw new PolywireError(ErrorCode.MALFORMED_PACKET, text);
      }
    } catch (thrown) {
      const error = PolywireError.from(thrown);
      this.reportError(error);
      throw error;
    } finally {
      this.#link.release();
    }
  }

  /** Tells the peer why the connection is about to be closed, which TCP cannot say otherwise. */
  reportError(error: PolywireError): void {
    if (!this.#link.closed) this.#link.writeError(PacketType.ONE_WAY, SESSION_SERVICE_ID, 0, error);
  }

  /** Sends what waits for the end of the turn now. */
  flush(): void {
    this.#link.flush();
  }

  /** Ends every call on both sides with `error`; sends what is written, then nothing more. */
  close(error: PolywireError): void {
    if (this.#link.closed) return;
    this.#closedWith = error;
    this.#link.close();
    this.incoming.close(error);
    this.#outgoing?.close(error);
  }

  static #onPacket(packet: Packet, engine: CallEngine): void {
    const link = engine.#link;
    if (link.closed) return;
    engine.packetsIn++;
    // A packet without the flag may be the last piece of a message.
    if ((packet.flags & PacketFlag.FRAGMENTED) !== 0 || (link.joiner?.size ?? 0) > 0) engine.#onPiece(packet);
    else engine.#onMessage(packet);
  }

  #onPiece(packet: Packet): void {
    const link = this.#link;
    const { packetType, messageId } = packet;
    if (link.joiner?.has(packet) !== true) {
      if ((packet.flags & PacketFlag.FRAGMENTED) === 0 || !this.#expectsPieces(packet)) {
        this.#onMessage(packet);
        return;
      }
      if (packetType === PacketType.REQUEST && !this.incoming.admitsPieces(packet)) return;
    }
    try {
      const whole = link.join().push(packet);
      if (whole === undefined) return;
      packet = whole;
    } catch (thrown) {
      const error = PolywireError.from(thrown);
      if (error.code !== ErrorCode.PACKET_TOO_LARGE && error.code !== ErrorCode.RESOURCE_EXHAUSTED) throw error;
      if (packetType === PacketType.REQUEST) this.incoming.refuse(packet, error);
      else this.#outgoing?.refuse(packetType, messageId, error);
      return;
    }
    this.#onMessage(packet);
  }

  /** It is the first piece of something that this side waits for. Opaque packets stay as they are. */
  #expectsPieces(packet: Packet): boolean {
    if (this.#link.maxMessageBytes <= this.#link.maxSendPayloadBytes) return false;
    switch (packet.packetType) {
      case PacketType.REQUEST:
        return (packet.flags & PacketFlag.ROUTE) !== 0 || this.incoming.has(packet.messageId);
      case PacketType.RESPONSE:
        return this.#outgoing?.has(packet.messageId) ?? false;
      default:
        return this.#outgoing?.hasEvents(packet) ?? false;
    }
  }

  #onMessage(packet: Packet): void {
    switch (packet.packetType) {
      case PacketType.REQUEST:
        if (!this.incoming.onRequest(packet)) this.#onOpaque(packet);
        return;
      case PacketType.RESPONSE:
        this.#onResponse(packet, this.#routeOf(packet));
        return;
      default:
        this.#onOneWay(packet);
    }
  }

  #onResponse(packet: Packet, route: Route | undefined): void {
    if (this.#outgoing?.onResponse(packet, route) !== true) this.#onOpaque(packet);
  }

  #onOpaque(packet: Packet): void {
    this.#link.environment.onOpaque?.(packet);
  }

  #onOneWay(packet: Packet): void {
    if ((packet.flags & PacketFlag.CANCEL) !== 0) {
      this.#link.dropPieces(PacketType.REQUEST, packet.messageId);
      this.#link.dropLarge(PacketType.RESPONSE, packet.messageId);
      this.incoming.onCancel(packet.messageId);
      return;
    }
    if (this.#outgoing?.onEvent(packet) === true) return;
    const route = this.#routeOf(packet);
    if (route === undefined) {
      this.#onOpaque(packet);
    } else if (route.code !== 0) {
      this.#link.environment.onPeerError?.(this.#link.readError(packet, route.code));
    } else {
      this.#onOneWayCall(packet, route);
    }
  }

  #onOneWayCall(packet: Packet, route: Route): void {
    try {
      this.incoming.onOneWay(packet, route);
    } catch {
      // Nobody waits for the outcome of a one-way call, so a failed one has no one to be told.
    }
  }

  #routeOf(packet: Packet): Route | undefined {
    if ((packet.flags & PacketFlag.ROUTE) === 0) return undefined;
    try {
      return readRoute(packet, this.#link.reader);
    } catch (thrown) {
      const { message } = PolywireError.from(thrown);
      throw new PolywireError(ErrorCode.MALFORMED_PACKET, `the extension header is not a Route: ${message}`);
    }
  }
}

/**
 * Node's Buffer is a Uint8Array whose slice() does not copy: messages must not be made of it, or
 * they would lose their bytes.
 */
function plainBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
