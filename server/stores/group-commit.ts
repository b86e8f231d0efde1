import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { type CommitGroup, Group } from './commit-group.js';
import type { Evaluation } from './evaluate.js';
import type { Row } from './memtable.js';
import { QuietTurn } from './quiet-turn.js';
import type { StoreChange } from './store.js';

/** Changes without gaps, and the deadline that each one replaces. */
export type GroupEntry = Pick<Evaluation, 'changes' | 'replacedDeadlinesMs'>;

export interface GroupCommitOptions {
  /** Newest revision on the disk. */
  readonly revision: number;
  /** Bytes of values that may wait for the disk. */
  readonly maxQueuedBytes: number;
  /** Changes that may wait for the disk. */
  readonly maxQueuedChanges: number;
  /** Notes a change that is in line now. */
  stage(change: StoreChange, replacedDeadlineMs: number): Row;
  /**
   * Puts a group on the disk, all or nothing, and never before the groups of earlier calls. All that was
   * staged is in this group or one before it. May be called again while it runs.
   */
  commit(group: CommitGroup): Promise<void>;
  /** Called in order of revision, before any promise of the group resolves. */
  onCommitted(changes: readonly StoreChange[]): void;
}

const RETRY_AFTER_MS = 100;
/** A group of so many changes does not wait for the one before it: writing it begins while more are gathered. */
const FULL_GROUP_CHANGES = 256;
/** A group of so many changes gains little by more of them: it waits for no others. */
const WORTHY_GROUP_CHANGES = 32;
/** What no count is: the turn in which clients are answered is never quiet. */
const ANSWERING = -1;
/** Groups that may be on their way at once, beside full ones: one is written and others wait to be. */
const MAX_IN_FLIGHT = 3;

/**
 * Gathers writes while a commit is on its way, so that one flush of the disk serves all of them. After a
 * failed commit it is fail-stop: what waits and what comes is rejected with the same error.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #gathering: Group | undefined;
  /** Groups that are being committed, the oldest first. */
  readonly #inFlight: Group[] = [];
  #queuedBytes = 0;
  #queuedChanges = 0;
  /**
   * Half of the changes that were on their way when the last group was done. So many need not wait for
   * the group before them, when they are worth a commit: while they are written, the clients of the other
   * half are answered and ask again. Were they to wait, the disk would rest meanwhile.
   */
  #halfOfAll = WORTHY_GROUP_CHANGES;
  #isAboutToCommit = false;
  #isHeld = false;
  #lastRevision: number;
  #revision: number;
  readonly #quietTurn: QuietTurn;
  #failure: Error | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#lastRevision = options.revision;
    this.#revision = options.revision;
    this.#quietTurn = new QuietTurn(
      () => this.#gatheredChanges,
      () => {
        if (this.#inFlight.length === 0) void this.#commitGathered();
      },
    );
  }

  /** Newest revision on the disk. */
  get revision(): number {
    return this.#revision;
  }

  /** Newest revision given out. */
  get lastRevision(): number {
    return this.#lastRevision;
  }

  /** Bytes of values that wait for the disk. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Changes that wait for the disk. */
  get queuedChanges(): number {
    return this.#queuedChanges;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Begins no commit until `release`: what comes is gathered, as far as there is room. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    if (this.#gathering !== undefined) void this.#commitGathered();
  }

  /** @throws PolywireError RESOURCE_EXHAUSTED when the queue is full; an empty queue takes a write of any size */
  checkRoom(byteCount: number, changeCount: number): void {
    const { maxQueuedBytes, maxQueuedChanges } = this.#options;
    if (this.#queuedChanges === 0) return;
    if (this.#queuedBytes + byteCount <= maxQueuedBytes && this.#queuedChanges + changeCount <= maxQueuedChanges)
      return;
    throw new PolywireError(
      ErrorCode.RESOURCE_EXHAUSTED,
      `${this.#queuedChanges} changes with ${this.#queuedBytes} bytes wait for the disk; ` +
        `at most ${maxQueuedChanges} changes and ${maxQueuedBytes} bytes may`,
      { retryAfterMs: RETRY_AFTER_MS },
    );
  }

  /**
   * Puts changes in line, numbered from `lastRevision` + 1 on. Resolves with `outcome` when they are
   * on the disk.
   */
  add<Outcome>({ changes, replacedDeadlinesMs }: GroupEntry, outcome: Outcome): Promise<Outcome> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#gathering ??= new Group();
    const group = this.#gathering;
    for (let index = 0; index < changes.length; index++) {
      const change = changes[index];
      if (change === undefined) continue;
      group.add(change, this.#options.stage(change, replacedDeadlinesMs[index] ?? 0));
      this.#queuedBytes += change.entry.value.length;
    }
    this.#queuedChanges += changes.length;
    this.#lastRevision += changes.length;
    const done = group.done(outcome);
    this.#begin(this.#gatheredChanges);
    return done;
  }

  /** Commits what waits, and the store's state with it, even if no key changes. */
  flush(): Promise<void> {
    return this.add({ changes: [], replacedDeadlinesMs: [] }, undefined);
  }

  /** Resolves when everything that waits now is on the disk; starts no commit of its own. */
  settled(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return (this.#gathering ?? this.#inFlight.at(-1))?.done(undefined) ?? Promise.resolve();
  }

  get #gatheredChanges(): number {
    return this.#gathering?.changes.length ?? 0;
  }

  /** Commits what is gathered, unless it waits for the group before it or for more. */
  #begin(seenChanges: number): void {
    if (this.#gatheredChanges >= FULL_GROUP_CHANGES) void this.#commitGathered();
    else if (this.#isWorthACommit) this.#commitSoon();
    else if (this.#inFlight.length === 0 && this.#gathering !== undefined) this.#quietTurn.wait(seenChanges);
  }

  get #isWorthACommit(): boolean {
    return this.#gatheredChanges >= this.#halfOfAll && this.#inFlight.length < MAX_IN_FLIGHT;
  }

  /** When the present callback has ended: what one client sent in one piece is not cut. */
  #commitSoon(): void {
    if (this.#isAboutToCommit) return;
    this.#isAboutToCommit = true;
    queueMicrotask(() => {
      this.#isAboutToCommit = false;
      if (this.#isWorthACommit) void this.#commitGathered();
    });
  }

  async #commitGathered(): Promise<void> {
    const group = this.#gathering;
    if (group === undefined || this.#isHeld) return;
    this.#gathering = undefined;
    this.#inFlight.push(group);
    try {
      await this.#options.commit(group);
    } catch (error) {
      this.fail(error as Error);
      return;
    }
    group.isCommitted = true;
    this.#settleCommitted();
  }

  /** Tells of the groups that are on the disk, in order. */
  #settleCommitted(): void {
    while (this.#failure === undefined) {
      const group = this.#inFlight[0];
      if (group === undefined || !group.isCommitted) return;
      this.#inFlight.shift();
      this.#halfOfAll = Math.max(WORTHY_GROUP_CHANGES, Math.ceil(this.#queuedChanges / 2));
      this.#queuedBytes -= group.byteCount;
      this.#queuedChanges -= group.changes.length;
      this.#revision = group.revision ?? this.#revision;
      // Those who are answered now may ask again at once: what was gathered meanwhile waits for them. So
      // clients that ask without a pause end up in one group, and not in two that take turns.
      this.#begin(ANSWERING);
      group.show();
      this.#options.onCommitted(group.changes);
      group.settle(undefined);
    }
  }

  /**
   * Refuses everything from now on with this error. What is on the disk already was told of, or its
   * outcome is unknown to those who wait.
   */
  fail(failure: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    const groups = [...this.#inFlight, this.#gathering];
    this.#inFlight.length = 0;
    this.#gathering = undefined;
    for (const group of groups) group?.settle(failure);
  }
}
