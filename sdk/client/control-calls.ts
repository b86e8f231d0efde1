import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import * as PacketFlag from '@polywire/protocol/enums/polywire.transport.v1.PacketFlag';
import * as PacketType from '@polywire/protocol/enums/polywire.transport.v1.PacketType';
import { type GoAwayRequest, GoAwayRequestReader, SessionServiceCalls } from '@polywire/protocol/polywire.session.v1';
import type { Route } from '@polywire/protocol/polywire.transport.v1';
import { type CallDescriptor, EMPTY_BYTES } from '@polywire/protocol/wire';
import { type CallLink, type CallServer, type Packet, PolywireError, readRoute } from '../core/index.js';

const { serviceId: SESSION } = SessionServiceCalls;
const { ping, goAway } = SessionServiceCalls.methods as Record<'ping' | 'goAway', CallDescriptor>;

/** What a server asks of every client: whether it is there, and to go away. Each is answered at once. */
export class ControlCalls implements CallServer {
  readonly #link: CallLink;
  readonly #onGoAway: (request: GoAwayRequest) => void;
  readonly running = 0;
  readonly isIdle = true;

  constructor(link: CallLink, onGoAway: (request: GoAwayRequest) => void) {
    this.#link = link;
    this.#onGoAway = onGoAway;
  }

  has(): boolean {
    return false;
  }

  onRequest(packet: Packet): boolean {
    if ((packet.flags & PacketFlag.ROUTE) === 0) return false;
    const link = this.#link;
    try {
      const answer = this.#handle(packet, readRoute(packet, link.reader).methodId);
      link.writer.encoded(PacketType.RESPONSE, SESSION, packet.messageId, 0, undefined, answer);
      link.flushSoon();
    } catch (thrown) {
      this.refuse(packet, PolywireError.from(thrown));
    }
    return true;
  }

  admitsPieces(packet: Packet): boolean {
    this.refuse(packet, notServed(packet));
    return false;
  }

  refuse({ serviceId, messageId }: Packet, error: PolywireError): void {
    this.#link.writeError(PacketType.RESPONSE, serviceId, messageId, error);
  }

  onOneWay(packet: Packet, { methodId }: Route): void {
    this.#handle(packet, methodId);
  }

  onCancel(): void {}

  onInputEnd(): void {}

  close(): void {}

  /** Does a call; returns its encoded answer. */
  #handle(packet: Packet, methodId: number): Uint8Array {
    const isControl = packet.serviceId === SESSION;
    // The answer to Ping is what was asked, field by field.
    if (isControl && methodId === ping.methodId) return packet.payload;
    if (!isControl || methodId !== goAway.methodId) throw notServed(packet);
    this.#onGoAway(this.#link.readPayload(packet, GoAwayRequestReader, true) as GoAwayRequest);
    return EMPTY_BYTES;
  }
}

function notServed({ serviceId }: Packet): PolywireError {
  const code = serviceId === SESSION ? ErrorCode.UNIMPLEMENTED : ErrorCode.UNKNOWN_SERVICE;
  return new PolywireError(code, `this client does not serve that of service ${serviceId}`);
}
