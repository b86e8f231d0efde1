import type { JsonObject } from '@bufbuild/protobuf';

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

  /** @param event proto-JSON of the SubscribeResponse @throws Error */
  push(event: JsonObject): void {
    const { subscribed, message, gap } = event as Record<string, JsonObject | undefined>;
    if (subscribed !== undefined) {
      const newest = Number(subscribed.offset);
      this.#next = (subscribed.recovered === true && this.#from !== undefined ? this.#from : newest) + 1;
    } else if (gap !== undefined) {
      this.#expect('a Gap', Number(gap.fromOffset));
      this.#next = Number(gap.toOffset) + 1;
    } else if (message !== undefined) {
      const offset = Number(message.offset);
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
