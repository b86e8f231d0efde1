import type { PolywireError } from '@polywire/sdk/core';
import { ItemQueue } from '@polywire/sdk/core';
import type { Session, SessionIdentity } from './session.js';

/** What happens on a server. */
export type ServerEvent =
  | { readonly type: 'opened'; readonly session: Session }
  /** Bytes came in: one WebSocket message, or one piece of a TCP stream. */
  | { readonly type: 'message'; readonly session: Session; readonly bytes: number }
  | { readonly type: 'sent'; readonly session: Session; readonly bytes: number }
  | { readonly type: 'closed'; readonly session: Session; readonly code: number; readonly reason: string }
  /**
   * The peer reads too slowly: more than 64 KiB wait for it. Told again only after nothing has
   * waited. Over limits.max_queued_bytes its connection is closed with 3042.
   */
  | { readonly type: 'slow'; readonly session: Session; readonly queuedBytes: number }
  /** A connection goes on with a session whose connection was lost. */
  | { readonly type: 'resumed'; readonly session: Session }
  /** A session is over: nobody can go on with it any more. Comes after 'closed', at once or later. */
  | { readonly type: 'ended'; readonly session: SessionIdentity }
  /** A failure; of no session when nobody's connection is to blame. */
  | { readonly type: 'error'; readonly session: Session | undefined; readonly error: PolywireError }
  /** The reader was too slow: so many events were left out here. */
  | { readonly type: 'skipped'; readonly count: number };

const MAX_WAITING_EVENTS = 10_000;

interface Reader {
  readonly queue: ItemQueue<ServerEvent>;
  skipped: number;
}

/** Hands events to any number of readers; costs nothing while there is none. */
export class EventStream {
  readonly #readers = new Set<Reader>();

  /** False: nobody reads, so there is no need to make an event. */
  get active(): boolean {
    return this.#readers.size > 0;
  }

  emit(event: ServerEvent): void {
    for (const reader of this.#readers) {
      // Each event counts as one byte: the bound is a number of events.
      if (reader.queue.queuedBytes >= MAX_WAITING_EVENTS) {
        reader.skipped++;
        continue;
      }
      if (reader.skipped > 0) {
        reader.queue.push({ type: 'skipped', count: reader.skipped }, 1);
        reader.skipped = 0;
      }
      reader.queue.push(event, 1);
    }
  }

  /** Events from now on, until the reader leaves its loop or the server has closed. */
  read(): AsyncIterableIterator<ServerEvent> {
    const reader: Reader = { queue: new ItemQueue<ServerEvent>(() => this.#readers.delete(reader)), skipped: 0 };
    this.#readers.add(reader);
    return reader.queue;
  }

  end(): void {
    for (const reader of this.#readers) reader.queue.end();
    this.#readers.clear();
  }
}
