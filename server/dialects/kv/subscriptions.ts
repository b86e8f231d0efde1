import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { SubscribeResponseInit } from '@polywire/protocol/polywire.kv.v1';
import type { Fanout } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';
import type { PushTarget, TopicPushes } from './topic-pushes.js';

/** Ids are 1 to 255: the old client cannot say a larger one. */
const MAX_SUBSCRIPTIONS = 255;

interface Subscription {
  readonly id: number;
  readonly fanout: Fanout<SubscribeResponseInit>;
}

/** The subscriptions of one session, one for each topic. */
export class Subscriptions {
  readonly #pushes: TopicPushes;
  readonly #target: PushTarget;
  readonly #byTopic = new Map<string, Subscription>();

  constructor(pushes: TopicPushes, target: PushTarget) {
    this.#pushes = pushes;
    this.#target = target;
  }

  /** Undefined: the topic is not subscribed. */
  idOf(topic: string): number | undefined {
    return this.#byTopic.get(topic)?.id;
  }

  /** @throws PolywireError RESOURCE_EXHAUSTED */
  checkRoom(): void {
    if (this.#byTopic.size < MAX_SUBSCRIPTIONS) return;
    throw new PolywireError(
      ErrorCode.RESOURCE_EXHAUSTED,
      `this connection has ${MAX_SUBSCRIPTIONS} subscriptions, which is the most; unsubscribe one first`,
    );
  }

  /** Keeps a subscription that the service has granted; returns its id. */
  add(topic: string, fanout: Fanout<SubscribeResponseInit>): number {
    const id = this.#freeId();
    this.#byTopic.set(topic, { id, fanout });
    // Its items have no place on this wire, but the call says that the subscription stands.
    if (typeof fanout.first === 'function') fanout.first();
    this.#pushes.join(fanout.fanoutId, this.#target);
    return id;
  }

  /** False: there is no such subscription. */
  remove(topic: string, id: number): boolean {
    const subscription = this.#byTopic.get(topic);
    if (subscription?.id !== id) return false;
    this.#byTopic.delete(topic);
    this.#end(subscription);
    return true;
  }

  close(): void {
    for (const subscription of this.#byTopic.values()) this.#end(subscription);
    this.#byTopic.clear();
  }

  #end({ fanout }: Subscription): void {
    this.#pushes.leave(fanout.fanoutId, this.#target);
    fanout.onEnd?.();
  }

  #freeId(): number {
    const taken = new Set([...this.#byTopic.values()].map(({ id }) => id));
    let id = 1;
    while (taken.has(id)) id++;
    return id;
  }
}
