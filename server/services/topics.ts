import { randomUUID } from 'node:crypto';
import {
  KvService,
  type PublishRequest,
  type PublishResponseInit,
  type SubscribeRequest,
  type SubscribeResponseInit,
} from '@polywire/protocol/polywire.kv.v1';
import type { Fanout, MethodDescriptor } from '@polywire/protocol/wire';
import type { FanoutGroup, FanoutHub } from '../bus/fanout-hub.js';

interface Topic {
  /** Names this stream of offsets: a topic that was forgotten begins a new one. */
  readonly epoch: string;
  /** Offset of the newest message. */
  offset: number;
  group: FanoutGroup | undefined;
}

const MAX_IDLE_TOPICS = 100_000;

/**
 * Topics of this process. A message goes to those who are subscribed when it is published. When
 * there are too many topics, the oldest without subscribers are forgotten.
 */
export class Topics {
  readonly #hub: FanoutHub;
  readonly #topics = new Map<string, Topic>();

  constructor(hub: FanoutHub) {
    this.#hub = hub;
  }

  publish(request: PublishRequest): PublishResponseInit {
    const { topic: name, payload } = request;
    const topic = this.#topic(name);
    topic.offset++;
    topic.group?.publish({ event: { $case: 'message', value: { topic: name, offset: topic.offset, payload } } });
    return { offset: topic.offset, receivers: topic.group?.members ?? 0 };
  }

  subscribe(request: SubscribeRequest): Fanout<SubscribeResponseInit> {
    const topic = this.#topic(request.topic);
    topic.group ??= this.#hub.open(KvService, KvService.methods.subscribe as MethodDescriptor);
    const { group } = topic;
    group.members++;
    return {
      first: [{ event: { $case: 'subscribed', value: { epoch: topic.epoch, offset: topic.offset } } }],
      fanoutId: group.id,
      onEnd: () => {
        group.members--;
        if (group.members > 0) return;
        group.close();
        topic.group = undefined;
      },
    };
  }

  #topic(name: string): Topic {
    const known = this.#topics.get(name);
    if (known !== undefined) return known;
    if (this.#topics.size >= MAX_IDLE_TOPICS) this.#forgetIdle();
    const topic: Topic = { epoch: randomUUID(), offset: 0, group: undefined };
    this.#topics.set(name, topic);
    return topic;
  }

  /** Drops a tenth of the topics without subscribers, the oldest first. */
  #forgetIdle(): void {
    let left = MAX_IDLE_TOPICS / 10;
    for (const [name, topic] of this.#topics) {
      if (left === 0) return;
      if (topic.group !== undefined) continue;
      this.#topics.delete(name);
      left--;
    }
  }
}
