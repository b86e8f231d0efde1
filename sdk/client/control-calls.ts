import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import * as PacketFlag from '@polywire/protocol/enums/polywire.transport.v1.PacketFlag';
import * as PacketType from '@polywire/protocol/enums/polywire.transport.v1.PacketType';
import * as Session from '@polywire/protocol/method-ids/polywire.session.v1.SessionService';
import { type AnyWriter, EMPTY_BYTES } from '@polywire/protocol/wire';
import { type CallLink, type CallServer, type Packet, PolywireError, readRoute } from '../core/index.js';

/** Of a message that is encoded already. */
const asEncoded: AnyWriter = { write: (bytes, writer) => writer.raw(bytes) };
const nothing = (): void => {};

/** What a server asks of every client: whether it is there, and to go away. Each is answered at once. `onGoAway` gets the packet of a GoAwayRequest. */
export function controlCalls(link: CallLink, onGoAway: ((packet: Packet) => void) | undefined): CallServer {
  /** Does a call; returns its encoded answer. */
  const handle = (packet: Packet, methodId: number): Uint8Array => {
    const { serviceId } = packet;
    const isControl = serviceId === Session.SERVICE_ID;
    // The answer to Ping is what was asked, field by field.
    if (isControl && methodId === Session.METHOD_PING_ID) return packet.payload;
    if (!isControl || methodId !== Session.METHOD_GO_AWAY_ID) {
      const code = isControl ? ErrorCode.UNIMPLEMENTED : ErrorCode.UNKNOWN_SERVICE;
      throw new PolywireError(code, 'this client does not serve that');
    }
    onGoAway?.(packet);
    return EMPTY_BYTES;
  };
  return {
    running: 0,
    isIdle: true,
    onRequest(packet) {
      const { flags, serviceId, messageId } = packet;
      if ((flags & PacketFlag.ROUTE) === 0) return false;
      try {
        const answer = handle(packet, readRoute(packet, link.reader).methodId);
        link.write(PacketType.RESPONSE, serviceId, messageId, 0, undefined, asEncoded, answer);
      } catch (thrown) {
        link.writeError(PacketType.RESPONSE, serviceId, messageId, PolywireError.from(thrown));
      }
      return true;
    },
    onOneWay: (packet, { methodId }) => void handle(packet, methodId),
    onCancel: nothing,
    onInputEnd: nothing,
    close: nothing,
  };
}
