import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type Clock, type Deadline, Deadlines, PolywireError } from '@polywire/sdk/core';

interface Wait {
  readonly deadline: Deadline;
  resolve(result: Uint8Array): void;
  reject(error: unknown): void;
}

/** Results that somebody in this process waits for, by id. The first answer to an id is the one. */
export class Waits {
  readonly #deadlines: Deadlines;
  readonly #waits = new Map<string, Wait>();

  constructor(clock: Clock) {
    this.#deadlines = new Deadlines(clock);
  }

  /**
   * Waits for the result with this id. It holds until the result comes or the time is over, also
   * when the worker's connection is lost: it may come back on another.
   *
   * Rejects with PolywireError DEADLINE_EXCEEDED, or UNAVAILABLE when the server closes.
   * @throws PolywireError ALREADY_EXISTS, at once, when the id is waited for already
   */
  wait(id: string, timeoutMs: number): Promise<Uint8Array> {
    if (this.#waits.has(id)) {
      throw new PolywireError(ErrorCode.ALREADY_EXISTS, `somebody waits for the result ${id} already`);
    }
    return new Promise((resolve, reject) => {
      const deadline = this.#deadlines.set(timeoutMs, () => {
        this.#waits.delete(id);
        reject(new PolywireError(ErrorCode.DEADLINE_EXCEEDED, `no result ${id} came within ${timeoutMs} ms`));
      });
      this.#waits.set(id, { deadline, resolve, reject });
    });
  }

  /** False: a result with this id would be dropped. */
  has(id: string): boolean {
    return this.#waits.has(id);
  }

  /** Hands a result, which must own its bytes, to whoever waits for it. @returns whether somebody did */
  complete(id: string, result: Uint8Array): boolean {
    const wait = this.#take(id);
    wait?.resolve(result);
    return wait !== undefined;
  }

  /** Ends a wait whose result will not come. */
  fail(id: string, error: unknown): void {
    this.#take(id)?.reject(error);
  }

  /** Ends every wait. */
  close(): void {
    const error = new PolywireError(ErrorCode.UNAVAILABLE, 'the server has closed');
    for (const id of [...this.#waits.keys()]) this.fail(id, error);
    this.#deadlines.clear();
  }

  #take(id: string): Wait | undefined {
    const wait = this.#waits.get(id);
    if (wait === undefined) return undefined;
    this.#waits.delete(id);
    this.#deadlines.drop(wait.deadline);
    return wait;
  }
}
