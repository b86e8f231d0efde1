import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  type Deadline,
  Deadlines,
  type KeyedCalls,
  type KeyedOutcome,
  type KeyedRequest,
  PolywireError,
} from '@polywire/sdk/core';
import { AgeOrder } from './age-order.js';
import { KeyedCall } from './keyed-call.js';
import { type ClientOutcomes, defaultOutcomeLimits, type Entry, type OutcomeLimits, Outcomes } from './outcomes.js';
import { payloadDigest } from './payload-digest.js';
import { principalOf } from './principal.js';
import type { Session, SessionIdentity } from './session.js';
import type { SessionHost } from './session-host.js';

/** How long outcomes are kept beyond the window in which a client may come back. */
const MARGIN_MS = 30_000;
const MAX_KEY_LENGTH = 64;

export interface OnceOnlyCallsOptions {
  readonly host: SessionHost;
  /** A call without a caller runs, or has ended: counts as a running call of the server. */
  onRunning(change: 1 | -1): void;
  /** How long a session outlives its connection. */
  readonly resumeWindowMs: number;
  /** Such calls that one session may have running, with those of connections that it has lost. */
  readonly maxCalls: number;
  readonly limits?: Partial<OutcomeLimits>;
}

interface Client extends ClientOutcomes {
  /** Its sessions that have made keyed calls and have not ended, and how many of those run. */
  readonly sessions: Map<string, number>;
  /** When its outcomes are forgotten; while it has no session. */
  forgetting: Deadline | undefined;
  gone: boolean;
}

/**
 * Runs calls that have an idempotency key once, however often they are asked for: while the client
 * has a session, and for a while after, a repetition gets the outcome of the first. Such a call
 * runs on when its connection is lost; it is aborted when its session ends.
 */
export class OnceOnlyCalls implements KeyedCalls {
  readonly #options: OnceOnlyCallsOptions;
  readonly #clients = new Map<string, Client>();
  readonly #outcomes: Outcomes;
  readonly #forgetting: Deadlines;
  readonly #deadlines: Deadlines;

  constructor(options: OnceOnlyCallsOptions) {
    this.#options = options;
    this.#outcomes = new Outcomes({ ...defaultOutcomeLimits, ...options.limits });
    this.#forgetting = new Deadlines(options.host.clock);
    this.#deadlines = new Deadlines(options.host.clock);
    options.host.onSessionEnded((session) => this.#onSessionEnded(session));
  }

  /** Outcomes that are kept, and their bytes. */
  get kept(): { readonly count: number; readonly bytes: number } {
    return { count: this.#outcomes.size, bytes: this.#outcomes.bytes };
  }

  join(request: KeyedRequest, done: (outcome: KeyedOutcome) => void): (reason: PolywireError | undefined) => void {
    const { bound, key, payload } = request;
    if (key.length > MAX_KEY_LENGTH) {
      const text = `the idempotency key has ${key.length} characters; the limit is ${MAX_KEY_LENGTH}`;
      throw new PolywireError(ErrorCode.INVALID_ARGUMENT, text, { details: { field: 'idempotency_key' } });
    }
    const session = request.peer as SessionIdentity;
    const client = this.#clientOf(session);
    const running = client.sessions.get(session.sessionId) ?? 0;
    client.sessions.set(session.sessionId, running);
    if (client.forgetting !== undefined) this.#forgetting.drop(client.forgetting);
    client.forgetting = undefined;
    const id = `${bound.service.serviceId} ${bound.method.methodId} ${key}`;
    const digest = payloadDigest(payload);
    const known = client.entries.get(id);
    if (known === undefined) {
      const { maxCalls } = this.#options;
      if (running >= maxCalls) throw tooManyRunning(maxCalls);
      return this.#begin({ client, id, sessionId: session.sessionId, digest }, request, done);
    }
    if (known.digest !== digest) {
      const text = `the idempotency key ${JSON.stringify(key)} came before with another request`;
      throw new PolywireError(ErrorCode.INVALID_ARGUMENT, text, { details: { field: 'idempotency_key' } });
    }
    // Another session of this client may not be permitted what the first was.
    bound.check(request.decode(), new KeyedCall(request, this.#options.host.clock, this.#deadlines));
    this.#options.host.counters.callsRepeated++;
    if (known.outcome === undefined) return known.call?.wait(done) ?? nothing;
    done(known.outcome);
    return nothing;
  }

  stop(): void {
    this.#forgetting.clear();
    this.#deadlines.clear();
  }

  #begin(
    first: Omit<Entry, 'call' | 'outcome' | 'client'> & { readonly client: Client },
    request: KeyedRequest,
    done: (outcome: KeyedOutcome) => void,
  ): (reason: PolywireError | undefined) => void {
    const { host, onRunning } = this.#options;
    const call = new KeyedCall(request, host.clock, this.#deadlines);
    const { client, id, sessionId, digest } = first;
    const entry: Entry = { client, id, sessionId, digest, call, outcome: undefined };
    entry.client.entries.set(entry.id, entry);
    const count = (change: 1 | -1): void => {
      onRunning(change);
      const running = client.sessions.get(sessionId);
      if (running !== undefined) client.sessions.set(sessionId, running + change);
    };
    count(1);
    const leave = call.wait(done);
    call.run(request, (outcome) => {
      const isForgotten = first.client.gone || (outcome.error !== undefined && nothingWasDone(outcome.error));
      if (isForgotten) this.#outcomes.forget(entry);
      else this.#outcomes.keep(entry, outcome);
      count(-1);
    });
    return leave;
  }

  #clientOf(session: SessionIdentity): Client {
    const name = nameOf(session);
    let client = this.#clients.get(name);
    if (client === undefined) {
      client = {
        owner: principalOf(session as Session),
        entries: new Map(),
        ended: new AgeOrder(),
        bytes: 0,
        sessions: new Map(),
        forgetting: undefined,
        gone: false,
      };
      this.#clients.set(name, client);
    }
    return client;
  }

  #onSessionEnded(session: SessionIdentity): void {
    const name = nameOf(session);
    const client = this.#clients.get(name);
    if (client === undefined || !client.sessions.delete(session.sessionId)) return;
    const error = new PolywireError(ErrorCode.UNAVAILABLE, 'the session of this call has ended');
    for (const entry of client.entries.values()) {
      if (entry.sessionId === session.sessionId) entry.call?.abort(error);
    }
    if (client.sessions.size > 0) return;
    // Nobody can come back as an anonymous client whose session has ended.
    if (session.clientId === '') this.#forget(name, client);
    else {
      const { resumeWindowMs } = this.#options;
      client.forgetting = this.#forgetting.set(resumeWindowMs + MARGIN_MS, () => this.#forget(name, client));
    }
  }

  #forget(name: string, client: Client): void {
    client.gone = true;
    this.#clients.delete(name);
    for (const entry of [...client.ended]) this.#outcomes.forget(entry);
  }
}

/** Whose outcomes a session shares: those of its client. */
function nameOf({ clientId, sessionId }: SessionIdentity): string {
  return clientId === '' ? `session ${sessionId}` : `client ${clientId}`;
}

/** The same call may be made again: it was refused. After a deadline nobody knows. */
function nothingWasDone(error: PolywireError): boolean {
  return error.retryable && error.code !== ErrorCode.DEADLINE_EXCEEDED;
}

function tooManyRunning(limit: number): PolywireError {
  const text = `${limit} calls with an idempotency key run for this session already, some of them perhaps since before it was resumed (limits.max_calls)`;
  return new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, text, { details: { limit: String(limit) } });
}

function nothing(): void {}
