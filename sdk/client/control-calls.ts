import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  type GoAwayRequest,
  GoAwayRequestReader,
  GoAwayResponseWriter,
  PingRequestReader,
  PingResponseWriter,
  SessionServiceCalls,
} from '@polywire/protocol/polywire.session.v1';
import { PacketFlag, PacketType, type Route } from '@polywire/protocol/polywire.transport.v1';
import type { AnyWriter, CallDescriptor } from '@polywire/protocol/wire';
import {
  type CallLink,
  type CallServer,
  type Packet,
  PolywireError,
  readRoute,
  type ServeLink,
} from '../core/index.js';

const { serviceId: SESSION } = SessionServiceCalls;
const { ping, goAway } = SessionServiceCalls.methods as Record<'ping' | 'goAway', CallDescriptor>;

/** What a server asks of every client: whether it is there, and to go away. All else is for what the client serves. */
export class ControlCalls implements CallServer {
  readonly #link: CallLink;
  readonly #serve: () => ServeLink | undefined;
  readonly #onGoAway: (request: GoAwayRequest) => void;
  #made: CallServer | undefined;

  /** @param serve makes what serves other calls; undefined: this client serves nothing yet */
  constructor(link: CallLink, serve: () => ServeLink | undefined, onGoAway: (request: GoAwayRequest) => void) {
    this.#link = link;
    this.#serve = serve;
    this.#onGoAway = onGoAway;
  }

  get running(): number {
    return this.#made?.running ?? 0;
  }

  get isIdle(): boolean {
    return this.#made?.isIdle ?? true;
  }

  has(messageId: number): boolean {
    return this.#made?.has(messageId) === true;
  }

  onRequest(packet: Packet): boolean {
    const isRouted = (packet.flags & PacketFlag.ROUTE) !== 0;
    if (packet.serviceId !== SESSION) {
      const served = this.#served;
      if (served !== undefined) return served.onRequest(packet);
    }
    if (!isRouted) return false;
    try {
      const link = this.#link;
      const [writer, answer] = this.#handle(packet, readRoute(packet, link.reader).methodId);
      link.writer.response(SESSION, packet.messageId, writer, answer);
      link.flushSoon();
    } catch (thrown) {
      this.refuse(packet, PolywireError.from(thrown));
    }
    return true;
  }

  admitsPieces(packet: Packet): boolean {
    const served = packet.serviceId === SESSION ? undefined : this.#served;
    if (served !== undefined) return served.admitsPieces(packet);
    this.refuse(packet, notServed(packet.serviceId));
    return false;
  }

  refuse(packet: Packet, error: PolywireError): void {
    if (this.has(packet.messageId)) this.#made?.refuse(packet, error);
    else this.#link.writeError(PacketType.RESPONSE, packet.serviceId, packet.messageId, error);
  }

  onOneWay(packet: Packet, route: Route): void {
    if (packet.serviceId === SESSION) this.#handle(packet, route.methodId);
    else this.#served?.onOneWay(packet, route);
  }

  onCancel(messageId: number): void {
    this.#made?.onCancel(messageId);
  }

  onInputEnd(): void {
    this.#made?.onInputEnd();
  }

  close(error: PolywireError): void {
    this.#made?.close(error);
  }

  get #served(): CallServer | undefined {
    this.#made ??= this.#serve()?.(this.#link);
    return this.#made;
  }

  /** Does a call of the session service; returns its answer, and what writes it. */
  #handle(packet: Packet, methodId: number): readonly [AnyWriter, unknown] {
    if (packet.serviceId !== SESSION) throw notServed(packet.serviceId);
    if (methodId === ping.methodId) {
      return [PingResponseWriter, this.#link.readPayload(packet, PingRequestReader, true)];
    }
    if (methodId === goAway.methodId) {
      this.#onGoAway(this.#link.readPayload(packet, GoAwayRequestReader, true) as GoAwayRequest);
      return [GoAwayResponseWriter, {}];
    }
    throw new PolywireError(ErrorCode.UNIMPLEMENTED, `clients do not serve method ${methodId} of the session service`);
  }
}

function notServed(serviceId: number): PolywireError {
  return new PolywireError(ErrorCode.UNKNOWN_SERVICE, `this client serves no service with id ${serviceId}`);
}
