import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@bufbuild/protobuf';
import { Connection } from '../peer/connection.js';
import type { PeerCall } from '../peer/peer-call.js';
import { Trace } from '../peer/trace.js';
import { type BytesForm, fillIn, type Variables } from '../suite/template.js';

/** A step that did not hold. The text says what was expected and what came. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
}

/** What every case of a run has in common. */
export interface CaseEnvironment {
  readonly target: string;
  /** Milliseconds that a step waits. */
  readonly timeoutMs: number;
  /** Variables from the server's Hello reply. */
  readonly facts: ReadonlyMap<string, string | number>;
}

/** The state of one running case. */
export class CaseContext {
  readonly trace = new Trace();
  readonly connections = new Map<number, Connection>();
  /** Connections that the case has ended, or has seen end, as it wanted. */
  readonly endedByPlan = new Set<number>();
  readonly variables: Variables;
  readonly timeoutMs: number;
  readonly #target: string;
  readonly #kept = new Map<string, PeerCall>();

  constructor(environment: CaseEnvironment) {
    this.#target = environment.target;
    this.timeoutMs = environment.timeoutMs;
    // Eight characters, so that keys of an exact length can be made from it.
    this.variables = new Map([...environment.facts, ['run', randomBytes(4).toString('hex')]]);
  }

  fill<T extends JsonObject>(json: T): T {
    return fillIn(json, this.variables, 'base64') as T;
  }

  fillText(text: string, form: BytesForm = 'base64'): string {
    return String(fillIn(text, this.variables, form));
  }

  async open(number: number): Promise<Connection> {
    const connection = await Connection.open(this.#target, number, this.trace, this.timeoutMs);
    this.connections.set(number, connection);
    return connection;
  }

  connection(number: number): Connection {
    const connection = this.connections.get(number);
    if (connection === undefined) throw new StepFailure(`connection ${number} is not open`);
    return connection;
  }

  keep(connection: number, name: string, call: PeerCall): void {
    this.#kept.set(`${connection} ${name}`, call);
  }

  kept(connection: number, name: string): PeerCall {
    const call = this.#kept.get(`${connection} ${name}`);
    if (call === undefined) throw new StepFailure(`no call is kept as ${name} on connection ${connection}`);
    return call;
  }

  /** Calls that are over for the case: what else they brought does not matter. */
  forget(isOver: (call: PeerCall, connection: number) => boolean): void {
    for (const [key, call] of this.#kept) {
      if (isOver(call, Number.parseInt(key, 10))) this.#kept.delete(key);
    }
  }

  /**
   * A connection has ended: what its calls brought until then does not matter, as long as it keeps
   * to the rules.
   *
   * @throws StepFailure
   */
  forgetConnection(number: number): void {
    const isOver = (_: PeerCall, connection: number): boolean => connection === number;
    for (const [key, call] of this.#kept) {
      const broken = call.events.items.find((event) => event.kind === 'broken');
      if (isOver(call, Number.parseInt(key, 10)) && broken?.kind === 'broken') throw new StepFailure(broken.text);
    }
    this.forget(isOver);
  }

  /** What came that no step asked for, and connections that ended by themselves. */
  leftovers(): string[] {
    const found: string[] = [];
    for (const [number, connection] of this.connections) {
      for (const packet of connection.inbox.items) {
        found.push(
          `connection ${number}: an unexpected packet came, type ${packet.type}, service ${packet.serviceId}, id ${packet.messageId}`,
        );
      }
      if (connection.end !== undefined && !this.endedByPlan.has(number)) {
        const { code, reason } = connection.end;
        found.push(
          `connection ${number} ended${code === 0 ? '' : ` with code ${code}`}${reason === '' ? '' : `: ${reason}`}`,
        );
      }
    }
    for (const [name, call] of this.#kept) {
      for (const event of call.events.items) {
        found.push(`the call kept as ${name.split(' ')[1]} brought more: ${JSON.stringify(event).slice(0, 200)}`);
      }
    }
    return found;
  }

  /** The case is over. */
  close(): void {
    for (const connection of this.connections.values()) connection.cut();
  }
}
