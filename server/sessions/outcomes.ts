import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type KeyedOutcome, PolywireError } from '@polywire/sdk/core';
import { AgeOrder } from './age-order.js';
import type { KeyedCall } from './keyed-call.js';

/** What is kept of an outcome beside its response. */
const OUTCOME_BYTES = 256;

export interface OutcomeLimits {
  /** Outcomes of one client that are kept. */
  readonly perClient: number;
  readonly bytesPerClient: number;
  /** Outcomes of all clients that are kept. */
  readonly inAll: number;
  readonly bytesInAll: number;
  /** A larger response is not kept: who asks for it again is told that the call was done. */
  readonly maxResponseBytes: number;
}

export const defaultOutcomeLimits: OutcomeLimits = {
  perClient: 4_096,
  bytesPerClient: 4_194_304,
  inAll: 100_000,
  bytesInAll: 67_108_864,
  maxResponseBytes: 65_536,
};

/** The first request with a key, and what became of it. */
export interface Entry {
  readonly client: ClientOutcomes;
  /** Service, method and key. */
  readonly id: string;
  readonly sessionId: string;
  /** Digest of the request. */
  readonly digest: number;
  /** Undefined: it has ended. */
  call: KeyedCall | undefined;
  outcome: KeyedOutcome | undefined;
}

/** What one owner has of all that is kept. */
interface Share {
  readonly ended: AgeOrder<Entry>;
  bytes: number;
}

/** The outcomes that belong to one client. */
export interface ClientOutcomes {
  /** Whom they count against: `principalOf` the client's first session. */
  readonly owner: string;
  readonly entries: Map<string, Entry>;
  /** Entries that have ended, in that order. */
  readonly ended: AgeOrder<Entry>;
  bytes: number;
}

/**
 * Keeps outcomes within limits: the ones that ended first go first. When there is no room for one more, its owner
 * gives up one of his own if he has more than an equal share: nobody's repetitions are done twice because another
 * makes many calls. A call that still runs is never forgotten.
 */
export class Outcomes {
  readonly #limits: OutcomeLimits;
  readonly #ended = new AgeOrder<Entry>();
  readonly #shares = new Map<string, Share>();
  #bytes = 0;

  constructor(limits: OutcomeLimits) {
    this.#limits = limits;
  }

  /** Outcomes that are kept. */
  get size(): number {
    return this.#ended.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A call has ended. */
  keep(entry: Entry, outcome: KeyedOutcome): void {
    const { perClient, bytesPerClient, inAll, bytesInAll, maxResponseBytes } = this.#limits;
    const { client } = entry;
    entry.call = undefined;
    const isTooLarge = outcome.error === undefined && outcome.response.length > maxResponseBytes;
    entry.outcome = isTooLarge ? notKept(outcome.response.length) : outcome;
    client.ended.add(entry);
    this.#ended.add(entry);
    const share = this.#shares.get(client.owner) ?? { ended: new AgeOrder<Entry>(), bytes: 0 };
    this.#shares.set(client.owner, share);
    share.ended.add(entry);
    this.#count(entry, share, 1);
    while (client.ended.size > perClient || client.bytes > bytesPerClient) this.#forgetOldest(client.ended);
    while (this.#ended.size > inAll || this.#bytes > bytesInAll) {
      const owners = this.#shares.size;
      const hasMore = share.ended.size > inAll / owners || share.bytes > bytesInAll / owners;
      this.#forgetOldest(hasMore ? share.ended : this.#ended);
    }
  }

  forget(entry: Entry): void {
    const { client } = entry;
    client.entries.delete(entry.id);
    const share = this.#shares.get(client.owner);
    // Whichever order it was taken from, it is in the others yet.
    const wasOfClient = client.ended.delete(entry);
    const wasOfAll = this.#ended.delete(entry);
    const wasOfOwner = share?.ended.delete(entry) ?? false;
    if (share === undefined || !(wasOfClient || wasOfAll || wasOfOwner)) return;
    this.#count(entry, share, -1);
    if (share.ended.size === 0) this.#shares.delete(client.owner);
  }

  #forgetOldest(ended: AgeOrder<Entry>): void {
    const oldest = ended.takeOldest();
    if (oldest !== undefined) this.forget(oldest);
  }

  #count({ outcome, client }: Entry, share: Share, sign: 1 | -1): void {
    const bytes = OUTCOME_BYTES + (outcome?.error === undefined ? (outcome?.response.length ?? 0) : 0);
    client.bytes += sign * bytes;
    share.bytes += sign * bytes;
    this.#bytes += sign * bytes;
  }
}

function notKept(bytes: number): KeyedOutcome {
  const text = `the call was done, but its response of ${bytes} bytes is too large to be kept for a repetition`;
  return { error: new PolywireError(ErrorCode.OUTCOME_UNKNOWN, text) };
}
