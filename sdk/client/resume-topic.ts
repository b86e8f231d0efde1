import { Delivery, type SubscribeRequestInit, type SubscribeResponse } from '@polywire/protocol/polywire.io.v1';
import type {
  SubscribeRequestInit as KvSubscribeRequestInit,
  SubscribeResponse as KvSubscribeResponse,
} from '@polywire/protocol/polywire.kv.v1';
import type { Follower, OwnSession, Resumption } from './resumption.js';

type Emit = (item: SubscribeResponse) => void;

/**
 * Follows a topic by epoch and offset. Every message is emitted once and in order; what is missing
 * between two of them is emitted as a Gap before the second.
 */
class TopicFollower implements Follower<SubscribeRequestInit, SubscribeResponse> {
  readonly #request: SubscribeRequestInit;
  readonly #session: OwnSession;
  /** Offsets of one message and the next differ by one. */
  readonly #dense: boolean;
  readonly #replays: boolean;
  /** Messages that were asked for and may have offsets up to that of the subscription. */
  readonly #newest: number;
  #epoch: string;
  /** Offset of the last message; undefined: there is no position yet. */
  #offset: number | undefined;
  /** Before what was asked for, as long as nothing of it has come. */
  #before: number | undefined;
  #stands = false;

  constructor(request: SubscribeRequestInit, session: OwnSession) {
    this.#request = request;
    this.#session = session;
    const { delivery = Delivery.UNSPECIFIED, epoch = '', offset = 0, last = 0 } = request;
    this.#replays = delivery !== Delivery.AT_MOST_ONCE;
    this.#dense = delivery === Delivery.UNSPECIFIED;
    this.#epoch = epoch;
    this.#offset = epoch === '' ? undefined : offset;
    this.#newest = epoch !== '' ? 0 : Math.max(last, delivery === Delivery.LATEST ? 1 : 0);
  }

  resumeRequest(): SubscribeRequestInit {
    const offset = this.#offset ?? this.#before;
    if (!this.#replays || offset === undefined) return this.#request;
    return { ...this.#request, epoch: this.#epoch, offset, last: 0 };
  }

  take(item: SubscribeResponse, emit: Emit): void {
    const { event } = item;
    switch (event?.$case) {
      case 'subscribed':
        this.#subscribed(item, event.value, emit);
        return;
      case 'message':
        this.#message(item, event.value, emit);
        return;
      case 'gap':
        this.#offset = Math.max(this.#offset ?? 0, event.value.toOffset);
        emit(item);
        return;
      default:
        emit(item);
    }
  }

  #subscribed(
    item: SubscribeResponse,
    { epoch, offset, recovered }: { epoch: string; offset: number; recovered: boolean },
    emit: Emit,
  ): void {
    const again = this.#stands;
    if (again) this.#offset ??= this.#before;
    const before = this.#offset;
    const sameStream = this.#epoch === epoch;
    this.#stands = true;
    this.#epoch = epoch;
    if (!this.#replays) {
      if (!again) emit(item);
      return;
    }
    if (before === undefined) {
      if (this.#newest === 0) this.#offset = offset;
      else this.#before = Math.max(0, offset - this.#newest);
      if (!again) emit(item);
      return;
    }
    if (recovered) {
      if (!again) emit(item);
      return;
    }
    if (sameStream && offset <= before) {
      // Nothing came in between; a position that the stream has not reached was nobody's.
      this.#offset = offset;
      if (!again) emit(item);
      return;
    }
    this.#offset = offset;
    emit(item);
    if (this.#request.delivery === Delivery.LATEST) return;
    if (sameStream) emitGap(before + 1, offset, emit);
    else emitGap(before + 1, 0, emit);
  }

  #message(
    item: SubscribeResponse,
    { offset, exceptSessionId = '' }: { offset: number; exceptSessionId?: string },
    emit: Emit,
  ): void {
    const before = this.#offset;
    if (before !== undefined && offset <= before) return;
    this.#offset = offset;
    if (this.#dense && before !== undefined && offset > before + 1) emitGap(before + 1, offset - 1, emit);
    if (exceptSessionId !== '' && this.#session.isOwn(exceptSessionId)) return;
    emit(item);
  }
}

function emitGap(fromOffset: number, toOffset: number, emit: Emit): void {
  emit({ event: { $case: 'gap', value: { fromOffset, toOffset } } });
}

/** IoService.Subscribe. */
export const resumeTopic: Resumption<SubscribeRequestInit, SubscribeResponse> = {
  follow: (request, session) => new TopicFollower(request, session),
};

/** KvService.Subscribe: the same events, without the options. */
export const resumeKvTopic: Resumption<KvSubscribeRequestInit, KvSubscribeResponse> = {
  follow: (request, session) =>
    new TopicFollower(request, session) as unknown as Follower<KvSubscribeRequestInit, KvSubscribeResponse>,
};
