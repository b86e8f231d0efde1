/** Sends replies in the order in which they were asked for, whichever is ready first. */
export class ReplyQueue<Reply> {
  readonly #send: (reply: Reply) => void;
  readonly #waiting: { done: boolean; reply: Reply | undefined }[] = [];

  constructor(send: (reply: Reply) => void) {
    this.#send = send;
  }

  /** Replies that were asked for and are not sent. */
  get size(): number {
    return this.#waiting.length;
  }

  /** A reply that is ready. */
  add(reply: Reply): void {
    if (this.#waiting.length === 0) this.#send(reply);
    else this.#waiting.push({ done: true, reply });
  }

  /**
   * A reply that is not ready: it has its place from now on.
   * @returns what fills the place; without a reply nothing is sent for it
   */
  reserve(): (reply?: Reply) => void {
    const place: { done: boolean; reply: Reply | undefined } = { done: false, reply: undefined };
    this.#waiting.push(place);
    return (reply) => {
      place.done = true;
      place.reply = reply;
      this.#flush();
    };
  }

  #flush(): void {
    while (this.#waiting[0]?.done === true) {
      const reply = this.#waiting.shift()?.reply;
      if (reply !== undefined) this.#send(reply);
    }
  }
}
