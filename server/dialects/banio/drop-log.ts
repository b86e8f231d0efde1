import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import type { Session } from '../../sessions/session.js';
import type { SessionHost } from '../../sessions/session-host.js';
import type { DropReason } from './banio.js';

/** What is wrong with a message that could not be opened. */
const texts: Readonly<Partial<Record<DropReason, string>>> = {
  gob: 'the frame is not a gob with an Action',
  zlib: 'the data is not a zlib stream, or a longer one than banio.max_inflated_bytes allows',
  cipher: 'the data was not encrypted with the key of this connection',
  plain: 'the data is not encrypted, although this connection has a key (banio.accept_plain allows it)',
};

/** Reasons that are nobody's fault. */
const harmless: ReadonlySet<DropReason> = new Set<DropReason>(['action', 'result']);

/** Counts the messages of a session that were dropped. */
export class DropLog {
  readonly #host: SessionHost;
  readonly #counts: Record<DropReason, number>;
  readonly #session: Session;
  /** A peer may send any number of bad messages: the first of each kind is worth a line in the log. */
  readonly #reported = new Set<DropReason>();

  /** @param counts those of all sessions */
  constructor(host: SessionHost, counts: Record<DropReason, number>, session: Session) {
    this.#host = host;
    this.#counts = counts;
    this.#session = session;
  }

  /** A message could not be opened, or nobody wants it. */
  unopened(reason: DropReason): void {
    this.#drop(reason, () => {
      const text = `a BanIO message was dropped: ${texts[reason] ?? reason}`;
      return new PolywireError(ErrorCode.MALFORMED_MESSAGE, text);
    });
  }

  /** A message could not be served. */
  failed(thrown: unknown): void {
    const error = PolywireError.from(thrown);
    this.#drop(reasonOf(error), () => error);
  }

  #drop(reason: DropReason, makeError: () => PolywireError): void {
    this.#counts[reason]++;
    if (harmless.has(reason)) return;
    if (this.#reported.has(reason)) {
      this.#host.counters.errors++;
      return;
    }
    this.#reported.add(reason);
    this.#host.failed(this.#session, makeError());
  }
}

function reasonOf({ code }: PolywireError): DropReason {
  switch (code) {
    case ErrorCode.INVALID_ARGUMENT:
    case ErrorCode.KEY_TOO_LONG:
    case ErrorCode.VALUE_TOO_LARGE:
      return 'payload';
    case ErrorCode.FAILED_PRECONDITION:
    case ErrorCode.RESOURCE_EXHAUSTED:
      return 'refused';
    default:
      return 'failed';
  }
}
