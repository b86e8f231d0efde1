import type { Clock, Timer } from '@polywire/sdk/core';
import type { StoredValue } from './store.js';

/** A key and its deadline. */
export type Deadlined = Pick<StoredValue, 'key' | 'expiresAtMs'>;

/** A value with a deadline, and where it is. */
export interface Volatile {
  readonly space: string;
  readonly entry: Deadlined;
}

interface Slot {
  /** Value to its space. */
  readonly values: Map<Deadlined, string>;
  /** No deadline in the slot is earlier. A value that was removed may have had this one. */
  lowestMs: number;
}

interface Sweep {
  readonly slot: Slot;
  readonly rest: IterableIterator<[Deadlined, string]>;
  lowestMs: number;
}

const SLOT_MS = 64;
/** One turn of the wheel is 4,096 slots: 262 seconds. Later deadlines share slots with earlier ones. */
const SLOT_COUNT = 4096;
/** Most removals, and most values looked at, before other work gets its turn: about a millisecond. */
const MAX_REMOVALS_PER_TICK = 512;
const MAX_VISITS_PER_TICK = 8192;

/**
 * Finds values whose deadline has passed: a hashed wheel with one timer, whatever the number of
 * keys. A value is handed out at most 64 ms after its deadline, plus the time that earlier ones take.
 */
export class ExpiryWheel {
  readonly #slots: (Slot | undefined)[] = new Array(SLOT_COUNT).fill(undefined);
  readonly #clock: Clock;
  readonly #expire: (due: readonly Volatile[]) => void;
  /** Slot times before this one hold nothing that is due. */
  #sweptTo: number;
  /** The slot at `#sweptTo`, when a tick ended inside it. */
  #sweep: Sweep | undefined;
  #timer: Timer | undefined;
  #armedForMs = Number.POSITIVE_INFINITY;
  #isClosed = false;

  /** @param expire gets values in order of their deadlines, already taken out of the wheel */
  constructor(clock: Clock, expire: (due: readonly Volatile[]) => void) {
    this.#clock = clock;
    this.#expire = expire;
    this.#sweptTo = slotTime(clock.now());
  }

  /** Does nothing for a value that never expires. */
  add(space: string, entry: Deadlined): void {
    const { expiresAtMs } = entry;
    if (expiresAtMs === 0) return;
    const place = slotTime(expiresAtMs) % SLOT_COUNT;
    const slot = this.#slots[place];
    if (slot === undefined) {
      this.#slots[place] = { values: new Map([[entry, space]]), lowestMs: expiresAtMs };
    } else {
      slot.values.set(entry, space);
      slot.lowestMs = Math.min(slot.lowestMs, expiresAtMs);
    }
    this.#arm(wakeTime(expiresAtMs));
  }

  remove(entry: Deadlined): void {
    if (entry.expiresAtMs === 0) return;
    const place = slotTime(entry.expiresAtMs) % SLOT_COUNT;
    const slot = this.#slots[place];
    if (slot?.values.delete(entry) && slot.values.size === 0) this.#slots[place] = undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#slots.fill(undefined);
  }

  #arm(atMs: number): void {
    if (atMs >= this.#armedForMs || this.#isClosed) return;
    this.#timer?.cancel();
    this.#armedForMs = atMs;
    this.#timer = this.#clock.setTimer(Math.max(atMs - this.#clock.now(), 0), () => this.#tick());
  }

  #tick(): void {
    this.#armedForMs = Number.POSITIVE_INFINITY;
    const due: Volatile[] = [];
    const nowMs = this.#clock.now();
    const isComplete = this.#takeDue(nowMs, due);
    this.#arm(isComplete ? this.#nextWake() : nowMs);
    due.sort((left, right) => left.entry.expiresAtMs - right.entry.expiresAtMs);
    if (due.length > 0) this.#expire(due);
  }

  /** Moves due values into `due`. False: the work of one tick was used up before the end. */
  #takeDue(nowMs: number, due: Volatile[]): boolean {
    const lastTime = slotTime(nowMs);
    // After a pause of more than a turn every slot is visited once.
    if (this.#sweep === undefined) this.#sweptTo = Math.max(this.#sweptTo, lastTime - SLOT_COUNT + 1);
    let visits = 0;
    for (;;) {
      this.#sweep ??= this.#beginSweep(nowMs);
      for (let next = this.#sweep?.rest.next(); next?.done === false; next = this.#sweep?.rest.next()) {
        this.#visit(next.value, nowMs, due);
        if (due.length === MAX_REMOVALS_PER_TICK || ++visits === MAX_VISITS_PER_TICK) return false;
      }
      this.#endSweep();
      // The slot of the present is visited again: the rest of it is not due yet.
      if (this.#sweptTo >= lastTime) return true;
      this.#sweptTo++;
    }
  }

  #visit([entry, space]: [Deadlined, string], nowMs: number, due: Volatile[]): void {
    if (entry.expiresAtMs <= nowMs) {
      this.remove(entry);
      due.push({ space, entry });
    } else if (this.#sweep !== undefined) {
      this.#sweep.lowestMs = Math.min(this.#sweep.lowestMs, entry.expiresAtMs);
    }
  }

  #beginSweep(nowMs: number): Sweep | undefined {
    const slot = this.#slots[this.#sweptTo % SLOT_COUNT];
    if (slot === undefined || slot.lowestMs > nowMs) return undefined;
    // A Map's iterator stays valid while values come and go; those that come are visited too.
    return { slot, rest: slot.values.entries(), lowestMs: Number.POSITIVE_INFINITY };
  }

  #endSweep(): void {
    if (this.#sweep !== undefined) this.#sweep.slot.lowestMs = this.#sweep.lowestMs;
    this.#sweep = undefined;
  }

  #nextWake(): number {
    let lowestMs = Number.POSITIVE_INFINITY;
    for (const slot of this.#slots) {
      if (slot !== undefined && slot.lowestMs < lowestMs) lowestMs = slot.lowestMs;
    }
    return wakeTime(lowestMs);
  }
}

function slotTime(timeMs: number): number {
  return Math.floor(timeMs / SLOT_MS);
}

/** The end of the deadline's slot, when everything in it is due. */
function wakeTime(deadlineMs: number): number {
  return (slotTime(deadlineMs) + 1) * SLOT_MS;
}
