import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type Deadline, type Deadlines, PolywireError } from '@polywire/sdk/core';

interface PendingRequest {
  readonly deadline: Deadline;
  resolve(payload: Uint8Array): void;
  reject(error: PolywireError): void;
}

/** The requests that the server has sent to one client. */
export class PendingRequests {
  readonly #deadlines: Deadlines;
  readonly #requests = new Map<number, PendingRequest>();

  constructor(deadlines: Deadlines) {
    this.#deadlines = deadlines;
  }

  has(id: number): boolean {
    return this.#requests.has(id);
  }

  /** Rejects with PolywireError DEADLINE_EXCEEDED, or what `close` is given. */
  wait(id: number, timeoutMs: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const deadline = this.#deadlines.set(timeoutMs, () => {
        this.#requests.delete(id);
        const text = `the client did not answer the request ${id} within ${timeoutMs} ms`;
        reject(new PolywireError(ErrorCode.DEADLINE_EXCEEDED, text));
      });
      this.#requests.set(id, { deadline, resolve, reject });
    });
  }

  /** Hands over the payload of a response, which must own its bytes. */
  complete(id: number, payload: Uint8Array): void {
    this.#take(id)?.resolve(payload);
  }

  close(error: PolywireError): void {
    for (const id of [...this.#requests.keys()]) this.#take(id)?.reject(error);
  }

  #take(id: number): PendingRequest | undefined {
    const request = this.#requests.get(id);
    if (request === undefined) return undefined;
    this.#requests.delete(id);
    this.#deadlines.drop(request.deadline);
    return request;
  }
}
