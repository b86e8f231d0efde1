import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import * as PacketFlag from '@polywire/protocol/enums/polywire.transport.v1.PacketFlag';
import * as PacketType from '@polywire/protocol/enums/polywire.transport.v1.PacketType';
import { SERVICE_ID as SESSION_ID } from '@polywire/protocol/method-ids/polywire.session.v1.SessionService';
import type { Route } from '@polywire/protocol/polywire.transport.v1';
import { plainBytes } from '#buffers';
import { PolywireError } from '../error.js';
import { MessageDecoder } from '../packet/message-decoder.js';
import type { Packet } from '../packet/packet.js';
import type { PacketDecoder } from '../packet/packet-decoder.js';
import { readRoute } from '../packet/read-route.js';
import type { CallEnvironment } from './call-environment.js';
import { CallLink, type CallLinkOptions } from './call-link.js';
import type { CallServer, ServeLink } from './call-server.js';
import type { Fragments } from './fragments.js';
import { OutgoingCalls } from './outgoing-calls.js';

/** What an engine does, the same for every connection of a kind. */
export interface CallEngineOptions extends CallLinkOptions {
  /** Makes what serves the peer's calls: IncomingCalls, of a registry. */
  readonly serve: ServeLink;
  /** Largest payload to accept, in bytes. */
  readonly maxPayloadBytes: number;
  /** For `createEngine`. Missing: messages are never cut, and pieces are refused. */
  readonly fragments?: Fragments | undefined;
}

/**
 * One side of a native connection: turns received bytes into calls of this side's services and
 * answers to this side's calls, and both into bytes. Both sides run the same engine. It does no
 * I/O: bytes and time come in, bytes go out through the environment's `send`.
 */
export class CallEngine extends CallLink {
  /** Serves the peer's calls. May be replaced while no call runs. */
  incoming: CallServer;
  /** The calls that this side makes. */
  readonly outgoing: OutgoingCalls;
  readonly #decoder: MessageDecoder;
  /** Packets received since the start. */
  packetsIn = 0;
  /** Puts together what comes as pieces of a stream. Undefined: as messages of whole packets, as on WebSocket. */
  stream: PacketDecoder | undefined;

  constructor(options: CallEngineOptions, environment: CallEnvironment) {
    super(options, environment);
    this.#decoder = new MessageDecoder(options);
    this.incoming = options.serve(this);
    this.outgoing = new OutgoingCalls(this);
  }

  /** Bytes of an unfinished packet that are kept. */
  get pendingBytes(): number {
    return this.stream?.pendingBytes ?? 0;
  }

  /** Nothing goes on: another connection can have this engine. */
  override get isIdle(): boolean {
    return super.isIdle && this.pendingBytes === 0 && this.incoming.isIdle && this.outgoing.open.size === 0;
  }

  /**
   * Handles received bytes, borrowed until it returns. All replies that are ready leave in one piece.
   *
   * @throws PolywireError when the stream cannot be read on. The peer was told; the caller closes
   * the connection with the error's close code.
   */
  receive(bytes: Uint8Array): void {
    if (this.closed) return;
    const plain = plainBytes(bytes);
    this.hold();
    try {
      (this.stream ?? this.#decoder).push(plain, CallEngine.#onPacket, this);
    } catch (thrown) {
      const error = PolywireError.from(thrown);
      this.reportError(error);
      throw error;
    } finally {
      this.release();
    }
  }

  /** Tells the peer, under the id of the session service and for no call, why the connection is about to be closed, which TCP cannot say otherwise. */
  reportError(error: PolywireError): void {
    if (!this.closed) this.writeError(PacketType.ONE_WAY, SESSION_ID, 0, error);
  }

  /** Ends every call on both sides with `error`; sends what is written, then nothing more. */
  close(error: PolywireError): void {
    if (this.closed) return;
    this.closeLink();
    this.incoming.close(error);
    this.outgoing.close(error);
  }

  static #onPacket(packet: Packet, engine: CallEngine): void {
    if (engine.closed) return;
    engine.packetsIn++;
    engine.onMessage(packet);
  }

  /** Handles what is a whole message. */
  protected onMessage(packet: Packet): void {
    const { packetType } = packet;
    const taken =
      packetType === PacketType.REQUEST
        ? this.incoming.onRequest(packet)
        : packetType === PacketType.RESPONSE
          ? this.outgoing.onResponse(packet, this.#routeOf(packet))
          : this.#onOneWay(packet);
    if (!taken) this.environment.onOpaque?.(packet);
  }

  #onOneWay(packet: Packet): boolean {
    if ((packet.flags & PacketFlag.CANCEL) !== 0) {
      this.dropPieces(PacketType.REQUEST, packet.messageId, PacketType.RESPONSE);
      this.incoming.onCancel(packet.messageId);
      return true;
    }
    if (this.outgoing.onEvent(packet)) return true;
    const route = this.#routeOf(packet);
    if (route === undefined) return false;
    if (route.code !== 0) {
      this.environment.onPeerError?.(this.readError(packet, route.code));
      return true;
    }
    try {
      this.incoming.onOneWay(packet, route);
    } catch {
      // Nobody waits for the outcome of a one-way call, so a failed one has no one to be told.
    }
    return true;
  }

  #routeOf(packet: Packet): Route | undefined {
    if ((packet.flags & PacketFlag.ROUTE) === 0) return undefined;
    try {
      return readRoute(packet, this.reader);
    } catch (thrown) {
      const { message } = PolywireError.from(thrown);
      throw new PolywireError(ErrorCode.MALFORMED_PACKET, `no Route: ${message}`);
    }
  }
}
