import type { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { ItemQueue } from '../core/index.js';

/** Where a client is; `connection-keeper.ts` draws the ways between them. */
export type ConnectionState = 'connecting' | 'connected' | 'disconnected' | 'closed';

/** One transition of a client. */
export interface ConnectionStatus {
  readonly state: ConnectionState;
  /** Why it came to this; 0: nothing went wrong. */
  readonly code: ErrorCode;
  /** The same for a person. Empty: nothing went wrong. */
  readonly reason: string;
  /** Tries to connect since the client last was connected for a while; 1 for the first. */
  readonly attempt: number;
  /** Of `disconnected`: milliseconds until the next try. */
  readonly retryInMs: number;
  /** Of `connected`: the session from before goes on, with its locks, its work and the outcomes of its calls. */
  readonly resumed: boolean;
  /** The address of this attempt or connection, without its query. */
  readonly url: string;
}

/** Hands a client's transitions to all who follow them. */
export class StatusFeed {
  #present: ConnectionStatus | undefined;
  readonly #readers = new Set<ItemQueue<ConnectionStatus>>();

  /** There is one as soon as something was published. */
  get present(): ConnectionStatus {
    return this.#present as ConnectionStatus;
  }

  publish(status: ConnectionStatus): void {
    this.#present = status;
    for (const reader of [...this.#readers]) {
      reader.push(status, 0);
      if (status.state === 'closed') reader.end();
    }
    if (status.state === 'closed') this.#readers.clear();
  }

  /** The present status, then each that follows; ends after `closed`. */
  follow(): AsyncIterableIterator<ConnectionStatus, undefined, undefined> {
    const reader = new ItemQueue<ConnectionStatus>(() => this.#readers.delete(reader));
    reader.push(this.present, 0);
    if (this.present.state === 'closed') reader.end();
    else this.#readers.add(reader);
    return reader;
  }
}
