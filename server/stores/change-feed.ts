import type { StoreChange } from './store.js';

/** Copies what it keeps: the changes are borrowed until it returns. */
export type ChangeListener = (changes: readonly StoreChange[]) => void;

interface Subscription {
  readonly listener: ChangeListener;
  hasEnded: boolean;
}

/** Hands changes to listeners in order, also when a listener causes further changes. */
export class ChangeFeed {
  /** A new list for each change of it, so that one that is gone through stays as it is. */
  #listeners: readonly Subscription[] = [];
  readonly #onError: (error: Error) => void;
  readonly #waiting: (readonly StoreChange[])[] = [];
  #isEmitting = false;

  /** @param onError receives what a listener throws; the other listeners still get the changes */
  constructor(onError: (error: Error) => void) {
    this.#onError = onError;
  }

  /** True: listeners are being called, and what is emitted now waits for them, so it must not be borrowed. */
  get isEmitting(): boolean {
    return this.#isEmitting;
  }

  subscribe(listener: ChangeListener): () => void {
    // An object of its own, so that the same listener can be added twice.
    const subscription: Subscription = { listener, hasEnded: false };
    this.#listeners = [...this.#listeners, subscription];
    return () => {
      subscription.hasEnded = true;
      this.#listeners = this.#listeners.filter((other) => other !== subscription);
    };
  }

  emit(changes: readonly StoreChange[]): void {
    if (changes.length === 0 || this.#listeners.length === 0) return;
    if (this.#isEmitting) {
      this.#waiting.push(changes);
      return;
    }
    this.#isEmitting = true;
    let batch: readonly StoreChange[] | undefined = changes;
    while (batch !== undefined) {
      for (const subscription of this.#listeners) if (!subscription.hasEnded) this.#call(subscription.listener, batch);
      batch = this.#waiting.length > 0 ? this.#waiting.shift() : undefined;
    }
    this.#isEmitting = false;
  }

  #call(listener: ChangeListener, changes: readonly StoreChange[]): void {
    try {
      listener(changes);
    } catch (error) {
      this.#onError(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
