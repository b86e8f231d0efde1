import { IoService, type SubscribeResponse } from '@polywire/protocol/polywire.io.v1';
import type { Client, Follower, Resumption } from '@polywire/sdk';
import { resumeTopic } from '../../sdk/client/resume-topic.js';

type IoResumption = Resumption<Parameters<typeof resumeTopic.follow>[0], SubscribeResponse>;

/** What one subscriber was given of a topic whose n-th message says n. */
export class TopicReader {
  /** Messages that the application was given. */
  delivered = 0;
  /** Gaps that it was told of, and the messages in them. */
  gaps = 0;
  missed = 0;
  /** Gaps that the client found itself, between two messages: the server left something out. */
  holes = 0;
  /** Messages that came again and were kept from the application. */
  duplicates = 0;
  /** Replies to subscriptions, and those that promised a replay. */
  subscriptions = 0;
  recovered = 0;
  /** What must never happen, in words. */
  readonly faults: string[] = [];
  /** Number of the last message that was given or told to be lost. */
  last = 0;
  #resolveStands: () => void = () => {};
  /** Resolves when the subscription stands for the first time. */
  readonly stands = new Promise<void>((resolve) => {
    this.#resolveStands = resolve;
  });

  /** Reads until the subscription ends. */
  async read(client: Client, topic: string): Promise<void> {
    const io = client.use(IoService, { resume: { subscribe: this.#counting, presence: resumeTopic } });
    for await (const { event } of io.subscribe({ topic })) {
      if (event?.$case === 'subscribed') this.#resolveStands();
      else if (event?.$case === 'gap') this.#gap(event.value.fromOffset, event.value.toOffset);
      else if (event?.$case === 'message') this.#message(event.value.offset, event.value.payload);
    }
  }

  #message(offset: number, payload: Uint8Array): void {
    const number = Number(new TextDecoder().decode(payload).trim());
    if (number !== offset) this.#fault(`message ${number} has the offset ${offset}`);
    if (number <= this.last) this.#fault(`message ${number} came after ${this.last}`);
    else if (number > this.last + 1) this.#fault(`${this.last + 1} to ${number - 1} are lost and no Gap says so`);
    this.delivered++;
    this.last = Math.max(this.last, number);
  }

  #gap(from: number, to: number): void {
    this.gaps++;
    if (to < from) this.#fault(`a Gap from ${from} to ${to}: the stream of offsets never ended`);
    else if (from !== this.last + 1) this.#fault(`a Gap from ${from} to ${to} came after ${this.last}`);
    this.missed += Math.max(0, to - from + 1);
    this.last = Math.max(this.last, to);
  }

  #fault(text: string): void {
    if (this.faults.length < 10) this.faults.push(text);
  }

  /** The client's own way of going on, with an eye on what goes in and out. */
  readonly #counting: IoResumption = {
    follow: (request, session) => {
      const follower = resumeTopic.follow(request, session);
      const take: Follower<unknown, SubscribeResponse>['take'] = (item, emit) => {
        const isMessage = item.event?.$case === 'message';
        if (item.event?.$case === 'subscribed') {
          this.subscriptions++;
          if (item.event.value.recovered) this.recovered++;
        }
        let given = false;
        follower.take(item, (each) => {
          given ||= each === item;
          if (isMessage && each.event?.$case === 'gap') this.holes++;
          emit(each);
        });
        if (isMessage && !given) this.duplicates++;
      };
      return { resumeRequest: () => follower.resumeRequest(), take };
    },
  };
}
