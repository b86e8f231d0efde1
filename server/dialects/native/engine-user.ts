import type { ServiceDescriptor } from '@polywire/protocol/wire';
import { type CallEngine, type CallEnvironment, createClient } from '@polywire/sdk/core';
import type { Session } from '../../sessions/session.js';
import { NativePeer } from './native-peer.js';

const CALL_TIMEOUT_MS = 10_000;

/** A connection of the native wire with the engine that it is lent while something goes on: an idle one has none. */
export abstract class EngineUser extends NativePeer implements Session, CallEnvironment {
  protected lent: CallEngine | undefined;
  /** Packets that came through engines given back. */
  #packetsBefore = 0;
  messagesOut = 0;

  abstract readonly runningCalls: number;
  abstract admit(serviceId: number, methodId: number): void;
  abstract goAway(reason: string, retryAfterMs: number): void;
  abstract close(closeCode: number, reason: string): void;

  /** As its engine and the handlers of its calls see it. */
  get peer(): this {
    return this;
  }

  get messagesIn(): number {
    return this.#packetsBefore + (this.lent?.packetsIn ?? 0);
  }

  protected get engine(): CallEngine {
    this.lent ??= this.shared.engines.lend(this, this.transport === 'tcp');
    return this.lent;
  }

  protected giveBackEngine(): void {
    const engine = this.lent;
    if (engine === undefined || !engine.isIdle) return;
    this.lent = undefined;
    this.#packetsBefore += engine.packetsIn;
    this.shared.engines.giveBack(engine);
  }

  use<Client>(service: ServiceDescriptor<Client>): Client {
    const { maxStreamBytes } = this.shared.engineOptions;
    return createClient(service, () => this.engine, { timeoutMs: CALL_TIMEOUT_MS, maxStreamBytes });
  }

  send(bytes: Uint8Array): boolean {
    this.messagesOut++;
    this.host.sent(this, bytes.length);
    return this.connection.send(bytes);
  }

  joinFanout(fanoutId: number): void {
    this.connection.join(fanoutId);
  }

  leaveFanout(fanoutId: number): void {
    this.connection.leave(fanoutId);
  }
}
