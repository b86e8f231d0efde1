import { PacketType } from '@polywire/protocol/polywire.transport.v1';
import type { MethodDescriptor, ServiceDescriptor } from '@polywire/protocol/wire';
import { LargeMessage, type LargeMessages, PacketWriter } from '@polywire/sdk/core';

/** Sends bytes to every connection that joined a group, on every listener. Borrowed. */
export type PublishToListeners = (fanoutId: number, bytes: Uint8Array) => void;

export interface FanoutLimits {
  /** A larger item goes out in pieces, one behind the other. */
  readonly maxPayloadBytes: number;
  readonly maxMessageBytes: number;
}

const NO_LIMITS: FanoutLimits = { maxPayloadBytes: Number.POSITIVE_INFINITY, maxMessageBytes: 0 };

/**
 * Groups of subscribers that receive the same bytes. An item is encoded once, as a one-way packet;
 * the packets of one event-loop turn leave together, outside of any socket handler.
 */
export class FanoutHub {
  readonly #publish: PublishToListeners;
  readonly #groups = new Map<number, FanoutGroup>();
  readonly #dirty = new Set<FanoutGroup>();
  #lastId = 0;
  #planned = false;

  constructor(
    publish: PublishToListeners,
    readonly limits: FanoutLimits = NO_LIMITS,
  ) {
    this.#publish = publish;
  }

  /** A new group for the items of a fanout method. */
  open(service: ServiceDescriptor, method: MethodDescriptor): FanoutGroup {
    do {
      this.#lastId = this.#lastId >= 0xffff_ffff ? 1 : this.#lastId + 1;
    } while (this.#groups.has(this.#lastId));
    const group = new FanoutGroup(this, this.#lastId, service, method);
    this.#groups.set(group.id, group);
    return group;
  }

  /**
   * Sends what a group has waiting. Must come before a connection joins: what was published
   * before is in its first reply already.
   */
  flush(fanoutId: number): void {
    const group = this.#groups.get(fanoutId);
    if (group !== undefined && this.#dirty.delete(group)) this.#send(group);
  }

  /**
   * Hands every later item of a group to `onItem` when it is published: for a wire with a form of its
   * own for items. An item is borrowed until `onItem` returns; `onItem` must not throw.
   * @returns what ends that
   */
  tap(fanoutId: number, onItem: (item: unknown) => void): () => void {
    const group = this.#groups.get(fanoutId);
    group?.taps.add(onItem);
    return () => group?.taps.delete(onItem);
  }

  /** For FanoutGroup: it has something to send. */
  plan(group: FanoutGroup): void {
    this.#dirty.add(group);
    if (this.#planned) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      for (const dirty of this.#dirty) this.#send(dirty);
      this.#dirty.clear();
    });
  }

  /** For FanoutGroup: it has ended. */
  remove(group: FanoutGroup): void {
    this.#groups.delete(group.id);
    this.#dirty.delete(group);
  }

  #send(group: FanoutGroup): void {
    this.#publish(group.id, group.take());
  }
}

/** One group: a topic, or the watches of one prefix. */
export class FanoutGroup implements LargeMessages {
  /** The message id of its packets. */
  readonly id: number;
  readonly #hub: FanoutHub;
  readonly #service: ServiceDescriptor;
  readonly #method: MethodDescriptor;
  readonly #writer = new PacketWriter();
  /** See FanoutHub.tap. */
  readonly taps = new Set<(item: unknown) => void>();
  /** Subscriptions that stand. */
  members = 0;

  constructor(hub: FanoutHub, id: number, service: ServiceDescriptor, method: MethodDescriptor) {
    this.#hub = hub;
    this.id = id;
    this.#service = service;
    this.#method = method;
    this.#writer.maxPayloadBytes = hub.limits.maxPayloadBytes;
    this.#writer.maxMessageBytes = hub.limits.maxMessageBytes;
    this.#writer.large = this;
  }

  /** The bytes are everybody's, so nothing can come between the pieces. */
  takeLarge(...message: ConstructorParameters<typeof LargeMessage>): void {
    new LargeMessage(...message).writeAll(this.#writer);
  }

  /** Sends an item to all members, at the end of this turn. */
  publish(item: unknown): void {
    this.#writer.message(
      {
        packetType: PacketType.ONE_WAY,
        serviceId: this.#service.serviceId,
        messageId: this.id,
        flags: 0,
        route: { methodId: this.#method.methodId },
      },
      this.#method.response,
      item,
    );
    this.#hub.plan(this);
    for (const tap of this.taps) tap(item);
  }

  /** For FanoutHub: the packets that wait. */
  take(): Uint8Array {
    return this.#writer.take();
  }

  /** Call when the last member has left. */
  close(): void {
    this.#hub.remove(this);
  }
}
