import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  type ChangeInit,
  KvService,
  type WatchRequest,
  type WatchResponseInit,
} from '@polywire/protocol/polywire.kv.v1';
import type { Fanout, MethodDescriptor } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';
import type { FanoutGroup, FanoutHub } from '../bus/fanout-hub.js';
import type { ChangeHistory } from '../stores/change-history.js';
import type { Store, StoreChange } from '../stores/store.js';

interface Watch {
  readonly matches: (key: string) => boolean;
  readonly group: FanoutGroup;
}

/** The watches of one space. All watches of the same prefix share a group. */
export class Watches {
  readonly #store: Store;
  readonly #history: ChangeHistory;
  readonly #hub: FanoutHub;
  readonly #space: string;
  readonly #watches = new Map<string, Watch>();

  constructor(store: Store, history: ChangeHistory, hub: FanoutHub, space: string) {
    this.#store = store;
    this.#history = history;
    this.#hub = hub;
    this.#space = space;
  }

  /** Hands changes to the watches that match. To be called once a change, in order. */
  publish(changes: readonly StoreChange[]): void {
    if (this.#watches.size === 0) return;
    for (const change of changes) {
      if (change.space !== this.#space) continue;
      for (const watch of this.#watches.values()) {
        if (watch.matches(change.entry.key)) watch.group.publish(changeItem(change));
      }
    }
  }

  /**
   * Begins a watch: what follows the reply is newer than its revision, with nothing left out. Its `first` throws
   * PolywireError OUT_OF_RANGE when the changes after `afterRevision` are not all kept.
   */
  watch(request: WatchRequest): Fanout<WatchResponseInit> {
    const { prefix, exact, afterRevision } = request;
    const matches = exact ? (key: string) => key === prefix : (key: string) => key.startsWith(prefix);
    const key = `${exact ? '=' : '^'}${prefix}`;
    const watch = this.#watches.get(key) ?? this.#open(key, matches);
    watch.group.members++;
    return {
      first: () => {
        const { revision } = this.#store;
        const first: WatchResponseInit[] = [{ event: { $case: 'watching', value: { revision } } }];
        if (afterRevision === undefined) return first;
        for (const change of this.#replay(afterRevision, matches)) first.push(changeItem(change));
        return first;
      },
      fanoutId: watch.group.id,
      onEnd: () => {
        watch.group.members--;
        if (watch.group.members > 0) return;
        watch.group.close();
        this.#watches.delete(key);
      },
    };
  }

  #replay(afterRevision: number, matches: (key: string) => boolean): StoreChange[] {
    const changes = this.#history.since(afterRevision, (space, key) => space === this.#space && matches(key));
    if (changes === 'compacted') {
      throw new PolywireError(
        ErrorCode.OUT_OF_RANGE,
        `changes after revision ${afterRevision} are not all kept; the oldest kept change has revision ${this.#history.oldestRevision}`,
        {
          details: {
            after_revision: String(afterRevision),
            oldest_revision: String(this.#history.oldestRevision),
            revision: String(this.#store.revision),
          },
        },
      );
    }
    return changes;
  }

  #open(key: string, matches: (key: string) => boolean): Watch {
    const watch = { matches, group: this.#hub.open(KvService, KvService.methods.watch as MethodDescriptor) };
    this.#watches.set(key, watch);
    return watch;
  }
}

function changeItem(change: StoreChange): WatchResponseInit {
  const value: ChangeInit = { kind: change.type, entry: change.entry };
  return { event: { $case: 'change', value } };
}
