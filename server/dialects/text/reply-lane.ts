/** What goes back to the client: a text message, or a binary one. */
export type Reply = string | Uint8Array;

/** Something that was asked and is not answered yet. */
interface Turn {
  /** Begins it; undefined once begun. */
  start: (() => Reply | Promise<Reply>) | undefined;
  /** It begins when everything before it is answered, and what follows begins after it. */
  readonly alone: boolean;
  reply: Reply | undefined;
  readonly bytes: number;
}

export interface ReplyLaneOptions {
  send(reply: Reply): void;
  /** A turn threw. The lane is dead then: nothing begins and nothing is sent any more. */
  onFailure(thrown: unknown): void;
  /** Everything is answered. */
  onIdle(): void;
}

/** What a waiting turn takes beside its message. */
const TURN_BYTES = 256;

/**
 * Answers in the order of the questions. While nothing waits, what is answered at once is sent at
 * once; otherwise turns queue up.
 */
export class ReplyLane {
  readonly #options: ReplyLaneOptions;
  readonly #turns: Turn[] = [];
  /** Turns of #turns, from its front, that have begun. */
  #begun = 0;
  #aloneRuns = false;
  #dead = false;
  /** Bytes of questions that wait for their answer. */
  waitingBytes = 0;

  constructor(options: ReplyLaneOptions) {
    this.#options = options;
  }

  /** Questions without an answer. */
  get length(): number {
    return this.#turns.length;
  }

  /**
   * @param bytes size of the question, for waitingBytes
   * @param alone true: it may see what is before it, so that has to be over
   */
  add(start: () => Reply | Promise<Reply>, bytes: number, alone: boolean): void {
    if (this.#dead) return;
    this.#turns.push({ start, alone, reply: undefined, bytes: bytes + TURN_BYTES });
    this.waitingBytes += bytes + TURN_BYTES;
    this.#advance();
  }

  /** Forgets what has not been answered. */
  end(): void {
    this.#dead = true;
    this.#turns.length = 0;
    this.waitingBytes = 0;
  }

  /** Begins what may begin and sends what is ready. A reply that comes at once lets the next one begin. */
  #advance(): void {
    while (!this.#dead) {
      const next = this.#turns[this.#begun];
      if (next !== undefined && this.#mayBegin(next)) this.#begin(next);
      else if (!this.#sendNext()) return;
    }
  }

  #mayBegin(turn: Turn): boolean {
    return !this.#aloneRuns && (!turn.alone || this.#begun === 0);
  }

  #begin(turn: Turn): void {
    const { start } = turn;
    turn.start = undefined;
    this.#begun++;
    try {
      const reply = start?.() ?? '';
      if (!(reply instanceof Promise)) {
        turn.reply = reply;
        return;
      }
      if (turn.alone) this.#aloneRuns = true;
      reply.then(
        (late) => {
          if (turn.alone) this.#aloneRuns = false;
          turn.reply = late;
          this.#advance();
        },
        (thrown: unknown) => this.#fail(thrown),
      );
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** @returns false when the first turn has no reply yet */
  #sendNext(): boolean {
    const reply = this.#turns[0]?.reply;
    if (reply === undefined) return false;
    const turn = this.#turns.shift();
    this.#begun--;
    this.waitingBytes -= turn?.bytes ?? 0;
    this.#options.send(reply);
    if (this.#turns.length === 0) this.#options.onIdle();
    return true;
  }

  #fail(thrown: unknown): void {
    if (this.#dead) return;
    this.end();
    this.#options.onFailure(thrown);
  }
}
