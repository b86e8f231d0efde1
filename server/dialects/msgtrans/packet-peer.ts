import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PacketType } from '@polywire/protocol/polywire.transport.v1';
import { PolywireError } from '@polywire/sdk/core';
import type { Session } from '../../sessions/session.js';
import { Turn } from '../turn.js';
import type { OpaquePacket } from './decode.js';
import { encodePacket } from './encode.js';
import { messageOf, payloadOf } from './map.js';
import type { MsgTransHead, MsgTransMessage, MsgTransPeer, MsgTransRequest } from './msgtrans.js';
import type { MsgTransHub } from './msgtrans-hub.js';
import { PacketBatch } from './packet-batch.js';
import { PendingRequests } from './pending-requests.js';
import { WaitingMessages } from './waiting-messages.js';

const NO_HEAD: MsgTransHead = {};

/** The connection of a client. */
export interface PeerLink {
  /** Sends packets in one write. False: wait for `onWritable`. */
  send(bytes: Uint8Array, packetCount: number): boolean;
  /** Nothing more is to be read until `resume`, where the transport can be held back. */
  pause(): void;
  resume(): void;
  close(): void;
  /** The connection cannot go on. */
  fail(error: PolywireError): void;
  /** Nothing runs and nothing waits any more. */
  onIdle(): void;
}

/**
 * A client of opaque packets: hands what it says to the handlers, and sends what they answer.
 * While it does not read, or too many of its messages are being handled, nothing more is taken up.
 */
export class PacketPeer implements MsgTransPeer {
  readonly #hub: MsgTransHub;
  readonly #session: Session;
  readonly #link: PeerLink;
  readonly #requests: PendingRequests;
  readonly #waiting = new WaitingMessages();
  /** Undefined: each packet has a write of its own, or a message of a transport that keeps messages apart. */
  readonly #batch: PacketBatch | undefined;
  #running = 0;
  #isWritable = true;
  #isPaused = false;
  readonly #turn = new Turn(() => {
    this.#turn.begin();
    this.#pump();
  });
  #closed: PolywireError | undefined;

  constructor(hub: MsgTransHub, session: Session, link: PeerLink) {
    this.#hub = hub;
    this.#session = session;
    this.#link = link;
    this.#requests = new PendingRequests(hub.deadlines);
    if (session.transport === 'tcp' && !hub.config.onePacketAWrite) {
      this.#batch = new PacketBatch((bytes, packetCount) => {
        if (this.#closed !== undefined) return;
        this.#isWritable = this.#link.send(bytes, packetCount);
        this.#setPaused();
      });
    }
    hub.add(this);
  }

  get sessionId(): string {
    return this.#session.sessionId;
  }

  get transport(): string {
    return this.#session.transport;
  }

  get remoteAddress(): string {
    return this.#session.remoteAddress;
  }

  /** What will end by itself. */
  get running(): number {
    return this.#running + this.#waiting.length;
  }

  send(payload: Uint8Array | string, head: MsgTransHead = NO_HEAD): void {
    this.#send(PacketType.ONE_WAY, this.#hub.takeId(), payload, head);
  }

  async request(payload: Uint8Array | string, options: MsgTransRequest = NO_HEAD): Promise<Uint8Array> {
    if (this.#closed !== undefined) throw this.#closed;
    let id = this.#hub.takeId();
    while (this.#requests.has(id)) id = this.#hub.takeId();
    this.#write(PacketType.REQUEST, id, payload, options);
    // The write may have found that the client reads too slowly.
    if (this.#closed !== undefined) throw this.#closed;
    return await this.#requests.wait(id, options.timeoutMs ?? this.#hub.config.requestTimeoutMs);
  }

  close(): void {
    this.flush();
    this.#link.close();
  }

  /** Sends what waits for the end of the turn: to be called before the connection is closed. */
  flush(): void {
    this.#batch?.flush();
  }

  /** Takes a packet, borrowed until it returns. */
  take(packet: OpaquePacket): void {
    if (this.#closed !== undefined) return;
    if (packet.packetType === PacketType.RESPONSE && this.#requests.has(packet.messageId)) {
      // Not in the row: a handler that waits for it may be what the others wait for.
      this.#requests.complete(packet.messageId, payloadOf(packet, this.#hub.mapOptions));
      return;
    }
    if (this.#hub.host.draining) return;
    if (this.#waiting.length === 0 && this.#mayTakeOne) this.#handle(packet);
    else this.#waiting.push(packet);
    const { maxQueuedBytes } = this.#hub;
    if (this.#waiting.bytes > maxQueuedBytes) {
      const text = `messages of ${maxQueuedBytes} bytes wait for their handlers already (limits.max_queued_bytes)`;
      this.#link.fail(new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, `${text}; send more slowly`));
    }
    this.#setPaused();
  }

  /** The connection has room again. */
  onWritable(): void {
    this.#isWritable = true;
    this.#pump();
  }

  /** The connection has ended, or goes on without this. */
  end(error: PolywireError): void {
    this.#closed = error;
    this.#waiting.clear();
    if (this.#isPaused) this.#link.resume();
    this.#requests.close(error);
    this.#hub.remove(this);
  }

  get #mayTakeOne(): boolean {
    return this.#isWritable && !this.#turn.isOthers && this.#running < this.#hub.maxCalls;
  }

  #pump(): void {
    if (this.#closed !== undefined) return;
    while (this.#mayTakeOne) {
      const packet = this.#waiting.shift();
      if (packet === undefined) break;
      this.#handle(packet);
    }
    this.#setPaused();
    if (this.running === 0) this.#link.onIdle();
  }

  #setPaused(): void {
    const isPaused = this.#waiting.length > 0 || !this.#mayTakeOne;
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#link.pause();
    else this.#link.resume();
  }

  #handle(packet: OpaquePacket): void {
    const isRequest = packet.packetType === PacketType.REQUEST;
    const message = messageOf(packet, this.#hub.mapOptions);
    this.#countBytes(message.payload.length);
    const { onMessage, onRequest } = this.#hub.handlers;
    try {
      const result = isRequest ? onRequest?.(message, this) : onMessage?.(message, this);
      if (result instanceof Promise) this.#await(result, message, isRequest);
      else if (isRequest) this.#respond(message.id, result as Uint8Array | string | undefined);
    } catch (thrown) {
      this.#onFailure(thrown, message, isRequest);
    }
  }

  #await(work: Promise<unknown>, message: MsgTransMessage, isRequest: boolean): void {
    this.#running++;
    work
      .then((result) => {
        if (isRequest) this.#respond(message.id, result as Uint8Array | string | undefined);
      })
      .catch((thrown: unknown) => this.#onFailure(thrown, message, isRequest))
      .finally(() => {
        this.#running--;
        this.#pump();
      });
  }

  #onFailure(thrown: unknown, { id }: MsgTransMessage, isRequest: boolean): void {
    this.#hub.noteFailure(isRequest ? 'a request' : 'a message', thrown, this.#session);
    const { errorReply } = this.#hub.config;
    if (isRequest && errorReply !== '') this.#respond(id, errorReply);
  }

  #respond(id: number, payload: Uint8Array | string | undefined): void {
    if (payload !== undefined) this.#send(PacketType.RESPONSE, id, payload, NO_HEAD);
  }

  #send(packetType: PacketType, id: number, payload: Uint8Array | string, head: MsgTransHead): void {
    if (this.#closed === undefined) this.#write(packetType, id, payload, head);
  }

  #write(packetType: PacketType, id: number, payload: Uint8Array | string, head: MsgTransHead): void {
    const maxPayloadBytes = this.#hub.maxPayloadBytes(this.transport, head.ext?.length ?? 0);
    if (this.#batch === undefined) {
      const packet = encodePacket(packetType, id, payload, head, maxPayloadBytes);
      this.#countBytes(packet.length);
      this.#isWritable = this.#link.send(packet, 1);
    } else {
      this.#countBytes(this.#batch.add(packetType, id, payload, head, maxPayloadBytes));
    }
  }

  #countBytes(byteCount: number): void {
    this.#turn.spend(byteCount);
    if (this.#turn.isOver) this.#turn.end();
  }
}
