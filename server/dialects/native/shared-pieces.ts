import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type CallEngine, type Fragments, type Packet, Pieces, PiecesEngine, PolywireError } from '@polywire/sdk/core';
import { principalOf } from '../../sessions/principal.js';
import type { Session } from '../../sessions/session.js';
import type { SharedBytes } from '../../sessions/shared-bytes.js';

/** Makes engines whose incomplete messages count in what all connections may hold together. */
export function sharedFragments(shared: SharedBytes): Fragments {
  return (...parts) => {
    const engine = new SharedPiecesEngine(...parts);
    engine.pieces.shared = shared;
    return engine;
  };
}

class SharedPiecesEngine extends PiecesEngine {
  override readonly pieces: SharedPieces = new SharedPieces(this);
}

class SharedPieces extends Pieces {
  readonly #engine: CallEngine;
  shared: SharedBytes | undefined;
  #heldBytes = 0;
  /** Whose they are, while there are some: an engine may serve another session later. */
  #owner = '';

  constructor(engine: CallEngine) {
    super(engine);
    this.#engine = engine;
  }

  override take(packet: Packet): Packet | undefined {
    const whole = super.take(packet);
    if (this.#hold()) return whole;
    super.drop(packet.packetType, packet.messageId);
    this.#hold();
    this.refuse(packet, tooMuch());
    return undefined;
  }

  override drop(...message: Parameters<Pieces['drop']>): void {
    super.drop(...message);
    this.#hold();
  }

  override clear(): void {
    super.clear();
    this.#hold();
  }

  /** @returns false when what is held now is too much; what was held before stays counted */
  #hold(): boolean {
    const change = this.joiningBytes - this.#heldBytes;
    if (change === 0) return true;
    if (this.#heldBytes === 0) this.#owner = principalOf(this.#engine.environment.peer as Session);
    if (change < 0) this.shared?.give(this.#owner, -change);
    else if (this.shared?.take(this.#owner, change) === false) return false;
    this.#heldBytes += change;
    return true;
  }
}

function tooMuch(): PolywireError {
  const text = 'incomplete messages of all connections, or of yours, hold too many bytes (limits.max_unfinished_bytes)';
  return new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, `${text}; try again later`);
}
