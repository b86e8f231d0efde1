import type { JsonObject, Message } from '@bufbuild/protobuf';

/** A SubscribeResponse as reflection has it. */
interface TopicEvent {
  readonly event?: {
    readonly case?: string;
    readonly value: {
      readonly offset: bigint;
      readonly recovered: boolean;
      readonly fromOffset: bigint;
      readonly toOffset: bigint;
    };
  };
}

/**
 * Watches one subscription of a topic: offsets go up by one, unless a Gap names those that are
 * missing. A loss that nothing names, or a message that comes twice, is told at once.
 */
export class TopicOrder {
  #next: number | undefined;
  readonly #from: number | undefined;

  /** @param request proto-JSON of the SubscribeRequest */
  constructor(request: JsonObject) {
    const { epoch, offset } = request;
    this.#from = epoch === undefined || epoch === '' ? undefined : Number(offset ?? 0);
  }

  /** True for requests whose messages have consecutive offsets: one topic, whole, every message. */
  static appliesTo(request: JsonObject): boolean {
    const { topic, filter, delivery, last } = request;
    const hasFilter = filter !== undefined && Object.keys(filter as object).length > 0;
    const isTopic = typeof topic === 'string' && !topic.split('.').some((part) => part === '*' || part === '**');
    return isTopic && !hasFilter && (delivery === undefined || delivery === 'DELIVERY_UNSPECIFIED') && !last;
  }

  /** @param response a SubscribeResponse @throws Error */
  push(response: Message): void {
    const { event } = response as unknown as TopicEvent;
    if (event?.case === 'subscribed') {
      const newest = Number(event.value.offset);
      this.#next = (event.value.recovered && this.#from !== undefined ? this.#from : newest) + 1;
    } else if (event?.case === 'gap') {
      this.#expect('a Gap', Number(event.value.fromOffset));
      this.#next = Number(event.value.toOffset) + 1;
    } else if (event?.case === 'message') {
      const offset = Number(event.value.offset);
      this.#expect('a message', offset);
      this.#next = offset + 1;
    }
  }

  #expect(what: string, offset: number): void {
    if (this.#next === undefined) throw new Error(`${what} came before the subscription stood`);
    if (offset === this.#next) return;
    const fault = offset > this.#next ? 'messages are missing and no Gap says so' : 'it came before';
    throw new Error(`${what} has offset ${offset}, but ${this.#next} is next: ${fault}`);
  }
}
