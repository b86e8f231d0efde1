import type { JsonObject } from '@bufbuild/protobuf';
import { type ClientCommand, type ClientReport, ClientState } from '@polywire/protocol/polywire.conformance.v1';
import { Mailbox } from '../peer/mailbox.js';
import { errorName } from '../schema/registry.js';
import type { ClientChannel, DrivenClient } from './client-under-test.js';

/** What a call brought the application. */
export type CallReport =
  | { readonly kind: 'item'; readonly json: JsonObject }
  | { readonly kind: 'error'; readonly code: string; readonly message: string }
  | { readonly kind: 'ended' };

/** A transition of the client. */
export interface StatusReport {
  readonly state: 'connected' | 'disconnected' | 'closed';
  /** Name of the error code; empty: none. */
  readonly code: string;
  readonly resumed: boolean;
}

const CONNECT_ID = 1;
const states = {
  [ClientState.CONNECTED]: 'connected',
  [ClientState.DISCONNECTED]: 'disconnected',
  [ClientState.CLOSED]: 'closed',
} as const;

/** A call that the client under test was told to make. */
export class DrivenCall {
  readonly id: number;
  readonly reports = new Mailbox<CallReport>();

  constructor(id: number) {
    this.id = id;
  }
}

/** Tells the client under test what to do, and keeps what it reports. */
export class ClientDriver {
  readonly statuses = new Mailbox<StatusReport>();
  readonly #channel: ClientChannel;
  readonly #calls = new Map<number, DrivenCall>();
  #lastId = CONNECT_ID;

  constructor(client: DrivenClient) {
    this.#channel = client.start(
      (report) => this.#onReport(report),
      (error) => this.#fail(error),
    );
  }

  connect(url: string, reconnectMs: number, clientId = ''): void {
    this.#channel.send({ id: CONNECT_ID, action: { $case: 'connect', value: { url, clientId, reconnectMs } } });
  }

  call(method: string, request: JsonObject, timeoutMs = 0): DrivenCall {
    const call = new DrivenCall(++this.#lastId);
    this.#calls.set(call.id, call);
    this.#send(call.id, { $case: 'call', value: { method, request, timeoutMs } });
    return call;
  }

  cancel(call: DrivenCall): void {
    this.#send(++this.#lastId, { $case: 'cancel', value: call.id });
  }

  end(): Promise<void> {
    return this.#channel.close();
  }

  #send(id: number, action: ClientCommand['action']): void {
    this.#channel.send({ id, action });
  }

  #onReport({ id, event }: ClientReport): void {
    if (event?.$case === 'status') {
      const { state, code, resumed } = event.value;
      if (state === ClientState.UNSPECIFIED) return;
      this.statuses.put({ state: states[state], code: code === 0 ? '' : errorName(code), resumed });
      return;
    }
    const reports = this.#calls.get(id)?.reports;
    if (event?.$case === 'item') reports?.put({ kind: 'item', json: event.value as JsonObject });
    else if (event?.$case === 'ended') reports?.put({ kind: 'ended' });
    else if (event?.$case === 'error') {
      reports?.put({ kind: 'error', code: errorName(event.value.code), message: event.value.message });
    }
  }

  #fail(error: Error): void {
    this.statuses.end(error);
    for (const { reports } of this.#calls.values()) reports.end(error);
  }
}
