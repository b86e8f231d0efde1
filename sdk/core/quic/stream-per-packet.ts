import { packetTooLarge } from './length-decoder.js';
import { isQuicheError, type PacketMapping, type PacketReceiver, readBuffer, streamFailure } from './packet-mapping.js';
import { LENGTH_BYTES, type PacketQueue } from './packet-queue.js';
import type { QuicheConnection } from './quiche.js';

// RFC 9000 section 2.1: the two low bits of a stream id say who opened it and that it goes one way.
const FIRST_OF_CLIENT = 2;
const FIRST_OF_SERVER = 3;
const NEXT = 4;

/**
 * MsgTrans 1.0.0 to 1.0.2: one unidirectional stream for each packet, both ways. Streams arrive in
 * any order; packets are handed over in the order in which their streams were opened, and what is
 * not yet wanted stays in quiche, within the peer's windows.
 */
export class StreamPerPacket implements PacketMapping {
  readonly #connection: QuicheConnection;
  readonly #receiver: PacketReceiver;
  readonly #maxPacketBytes: number;
  #incoming: number;
  // What has come of the incoming stream in earlier reads: #pending[0, #have).
  #pending: Uint8Array = new Uint8Array(0);
  #have = 0;
  #outgoing: number;
  /** The outgoing stream is open, with this much of its packet written. */
  #written: number | undefined;
  finished = false;

  constructor(connection: QuicheConnection, receiver: PacketReceiver, maxPacketBytes: number, isServer: boolean) {
    this.#connection = connection;
    this.#receiver = receiver;
    this.#maxPacketBytes = maxPacketBytes;
    this.#incoming = isServer ? FIRST_OF_CLIENT : FIRST_OF_SERVER;
    this.#outgoing = isServer ? FIRST_OF_SERVER : FIRST_OF_CLIENT;
  }

  read(): void {
    while (!this.#receiver.deaf && this.#connection.isReadable()) {
      const received = this.#receive();
      if (received === null) return;
      const [length, fin] = received;
      if (this.#have + length > this.#maxPacketBytes) throw packetTooLarge(this.#have + length, this.#maxPacketBytes);
      if (fin) this.#complete(length);
      else if (length === 0) return;
      else this.#keep(length);
    }
  }

  /** Null: nothing of the stream whose turn it is has come. */
  #receive(): [number, boolean] | null {
    for (;;) {
      try {
        return this.#connection.streamRecv(this.#incoming, readBuffer);
      } catch (thrown) {
        // Later streams may come before it.
        if (isQuicheError(thrown, 'InvalidStreamState')) return null;
        if (!isQuicheError(thrown, 'StreamReset')) throw streamFailure(thrown);
        this.#have = 0;
        this.#incoming += NEXT;
      }
    }
  }

  #complete(length: number): void {
    this.#incoming += NEXT;
    let packet: Uint8Array = readBuffer.subarray(0, length);
    if (this.#have > 0) {
      this.#keep(length);
      packet = this.#pending.subarray(0, this.#have);
      this.#pending = new Uint8Array(0);
      this.#have = 0;
    }
    if (packet.length > 0) this.#receiver.onPacket(packet);
  }

  #keep(length: number): void {
    const needed = this.#have + length;
    if (needed > this.#pending.length) {
      const grown = new Uint8Array(Math.max(needed, this.#pending.length * 2));
      grown.set(this.#pending.subarray(0, this.#have));
      this.#pending = grown;
    }
    this.#pending.set(readBuffer.subarray(0, length), this.#have);
    this.#have = needed;
  }

  write(queue: PacketQueue, ending: boolean): void {
    for (let packet = queue.peekPacket(); packet !== undefined; packet = queue.peekPacket()) {
      if (!this.#hasRoom()) return;
      const rest = packet.subarray(this.#written ?? 0);
      const sent = this.#send(rest);
      if (sent < rest.length) {
        this.#written = packet.length - rest.length + sent;
        return;
      }
      this.#written = undefined;
      this.#outgoing += NEXT;
      queue.drop(LENGTH_BYTES + packet.length);
    }
    this.finished = ending;
  }

  /** As in OneStream: a write that finds no room is not for nothing. */
  #hasRoom(): boolean {
    if (this.#written === undefined) return this.#connection.peerStreamsLeftUni() > 0;
    try {
      return this.#connection.streamCapacity(this.#outgoing) > 0;
    } catch {
      // The write finds out what is the matter.
      return true;
    }
  }

  #send(rest: Uint8Array): number {
    try {
      return this.#connection.streamSend(this.#outgoing, rest, true) ?? 0;
    } catch (thrown) {
      // The peer does not want this one packet.
      if (isQuicheError(thrown, 'StreamStopped')) return rest.length;
      throw streamFailure(thrown);
    }
  }
}
