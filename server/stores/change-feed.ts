import type { StoreChange } from './store.js';

/** Copies what it keeps: the changes are borrowed until it returns. */
export type ChangeListener = (changes: readonly StoreChange[]) => void;

/** Hands changes to listeners in order, also when a listener causes further changes. */
export class ChangeFeed {
  readonly #listeners = new Set<ChangeListener>();
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
    // A function of its own, so that the same listener can be added twice.
    const own: ChangeListener = (changes) => listener(changes);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  emit(changes: readonly StoreChange[]): void {
    if (changes.length === 0 || this.#listeners.size === 0) return;
    if (this.#isEmitting) {
      this.#waiting.push(changes);
      return;
    }
    this.#isEmitting = true;
    let batch: readonly StoreChange[] | undefined = changes;
    while (batch !== undefined) {
      for (const listener of this.#listeners) this.#call(listener, batch);
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
