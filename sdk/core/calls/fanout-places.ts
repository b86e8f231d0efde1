import type { Fanout } from '@polywire/protocol/wire';
import type { CallLink } from './call-link.js';
import type { IncomingCall } from './incoming-call.js';

/** A place in a group; anything else that a method with a stream returns is an iterable. */
export function isFanout(result: unknown): result is Fanout<unknown> {
  return typeof result === 'object' && result !== null && 'fanoutId' in result;
}

/** Places of one connection in fan-out groups: it is in a group as long as one of its calls is. */
export class FanoutPlaces {
  readonly #link: CallLink;
  readonly #flushGroup: (fanoutId: number) => void;
  /** By group: how many calls are in it. */
  readonly #members = new Map<number, number>();

  /** @param flushGroup sends what a group has waiting: it was published before the connection joins */
  constructor(link: CallLink, flushGroup: (fanoutId: number) => void) {
    this.#link = link;
    this.#flushGroup = flushGroup;
  }

  /**
   * Turns a call into a standing subscription, as soon as the connection has room for a replay.
   * @param onFailure told of what the replay throws later; what it throws at once is thrown
   */
  take(call: IncomingCall, fanout: Fanout<unknown>, onFailure: (thrown: unknown) => void): void {
    call.stop = fanout.onEnd;
    const room = typeof fanout.first === 'function' ? this.#link.room() : undefined;
    if (room === undefined) {
      this.#join(call, fanout);
      return;
    }
    room
      .then(() => {
        if (!call.ended) this.take(call, fanout, onFailure);
      })
      .catch(onFailure);
  }

  #join(call: IncomingCall, { first, fanoutId }: Fanout<unknown>): void {
    // What was published before must not come after the position that `first` tells.
    this.#flushGroup(fanoutId);
    const write = (): void => {
      for (const item of typeof first === 'function' ? first() : first) call.writeItem(item, fanoutId);
    };
    const { pieces } = this.#link;
    if (pieces === undefined) write();
    else pieces.cutAtOnce(write);
    const members = this.#members.get(fanoutId) ?? 0;
    this.#members.set(fanoutId, members + 1);
    call.fanoutId = fanoutId;
    // What was written must be on its way before the first packet of the group can be.
    this.#link.flush();
    if (members === 0) this.#link.environment.joinFanout?.(fanoutId);
  }

  /** A call with a place has ended. */
  leave({ fanoutId }: IncomingCall): void {
    const members = (this.#members.get(fanoutId) ?? 1) - 1;
    if (members > 0) {
      this.#members.set(fanoutId, members);
      return;
    }
    this.#members.delete(fanoutId);
    this.#link.environment.leaveFanout?.(fanoutId);
  }
}
