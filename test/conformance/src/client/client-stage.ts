import type { JsonObject } from '@bufbuild/protobuf';
import { PeerServer, type ServedTransport } from '../peer/peer-server.js';
import type { ServerCall } from '../peer/server-call.js';
import type { ServerConnection } from '../peer/server-connection.js';
import { Trace } from '../peer/trace.js';
import { ClientDriver, type DrivenCall, type StatusReport } from './client-driver.js';
import type { DrivenClient } from './client-under-test.js';

/** A case that did not hold. The text says what was expected and what came. */
export class CaseFailure extends Error {
  override readonly name = 'CaseFailure';
}

export const SUBSCRIBE = 'polywire.io.v1.IoService/Subscribe';
export const GET = 'polywire.kv.v1.KvService/Get';
export const SET = 'polywire.kv.v1.KvService/Set';

/** Milliseconds within which clients are told to come back. */
export const RECONNECT_MS = 50;
const FANOUT_ID = 9;

/** One case: a client under test, and a server that the case plays. */
export class ClientStage {
  readonly trace = new Trace();
  readonly driver: ClientDriver;
  readonly timeoutMs: number;
  /** What the next Welcomes say beside the session; a case changes it before a connection comes. */
  welcome: JsonObject = {};
  /** False: a Resume is answered with a new session. */
  resumes = true;
  /** False: the case answers Hello itself. */
  greets = true;
  readonly transport: ServedTransport;
  #server: PeerServer | undefined;
  #sessions = 0;
  #session = { id: '', token: '' };

  constructor(client: DrivenClient, transport: ServedTransport, timeoutMs: number) {
    this.transport = transport;
    this.timeoutMs = timeoutMs;
    this.driver = new ClientDriver(client);
  }

  get server(): PeerServer {
    if (this.#server === undefined) throw new Error('the stage is not open');
    return this.#server;
  }

  async open(): Promise<void> {
    const welcome = (hello: JsonObject): JsonObject | undefined => (this.greets ? this.#greet(hello) : undefined);
    this.#server = await PeerServer.start(this.transport, { welcome }, this.trace);
  }

  async close(): Promise<void> {
    this.#server?.close();
    await this.driver.end();
  }

  /** Has the client connect, and waits until it says that it is. */
  async connected(): Promise<ServerConnection> {
    this.driver.connect(this.server.url, RECONNECT_MS);
    const connection = await this.connection('the first connection');
    await this.state('connected');
    return connection;
  }

  connection(what = 'another connection'): Promise<ServerConnection> {
    return this.server.connections.take(this.timeoutMs, what);
  }

  /** The next transition to a state; others before it are passed over. */
  async state(state: StatusReport['state']): Promise<StatusReport> {
    for (;;) {
      const status = await this.driver.statuses.take(this.timeoutMs, `the report that the client is ${state}`);
      if (status.state === state) return status;
      if (status.state === 'closed')
        throw new CaseFailure(`expected the client to be ${state}, it is closed: ${status.code}`);
    }
  }

  /** No further connection comes. */
  async noConnection(forMs: number): Promise<void> {
    const came = await this.server.connections.take(forMs, '').catch(() => undefined);
    if (came !== undefined) throw new CaseFailure('the client connected again');
  }

  /** The next call of the client. */
  async called(connection: ServerConnection, method: string): Promise<ServerCall> {
    const call = await connection.calls.take(this.timeoutMs, `a call of ${method}`);
    if (call.method.name !== method) throw new CaseFailure(`expected a call of ${method}, got ${call.method.name}`);
    return call;
  }

  /** Nothing is called for a while. */
  async notCalled(connection: ServerConnection, forMs: number): Promise<void> {
    const call = await connection.calls.take(forMs, '').catch(() => undefined);
    if (call !== undefined) throw new CaseFailure(`${call.method.name} was called`);
  }

  /** What a call brings next must be this item. @returns the item */
  async item(call: DrivenCall, what: string, holds: (json: JsonObject) => boolean): Promise<JsonObject> {
    const report = await call.reports.take(this.timeoutMs, what);
    if (report.kind === 'item' && holds(report.json)) return report.json;
    throw new CaseFailure(`expected ${what}, got ${JSON.stringify(report)}`);
  }

  async fails(call: DrivenCall, code: string): Promise<void> {
    const report = await call.reports.take(this.timeoutMs, `the error ${code}`);
    if (report.kind === 'error' && report.code === code) return;
    throw new CaseFailure(`expected the error ${code}, got ${JSON.stringify(report)}`);
  }

  /** A call has brought nothing beyond what was taken. */
  async nothing(call: DrivenCall, forMs: number): Promise<void> {
    const report = await call.reports.take(forMs, '').catch(() => undefined);
    if (report !== undefined) throw new CaseFailure(`expected nothing, got ${JSON.stringify(report)}`);
  }

  #greet(hello: JsonObject): JsonObject {
    const resume = hello.resume as JsonObject | undefined;
    const { id, token } = this.#session;
    const resumed = this.resumes && id !== '' && resume?.sessionId === id && resume.resumeToken === token;
    const number = ++this.#sessions;
    this.#session = { id: resumed ? id : `session-${number}`, token: `token-${number}` };
    return {
      sessionId: this.#session.id,
      resumeToken: this.#session.token,
      resumed,
      resumeWindowMs: 30_000,
      clientId: hello.clientId ?? '',
      agent: 'polywire-conformance/0.1.0',
      serviceIds: [1, 2, 3, 4],
      limits: {
        maxPayloadBytes: 65_536,
        maxMessageBytes: 1_048_576,
        maxCalls: 100,
        maxSubscriptions: 100,
        maxValueBytes: 65_536,
        maxKeyBytes: 1_024,
      },
      ...this.welcome,
    };
  }
}

/** A subscription that stands on both sides, for cases to send events on. */
export class StagedTopic {
  readonly #stage: ClientStage;
  readonly call: DrivenCall;
  connection: ServerConnection;

  private constructor(stage: ClientStage, call: DrivenCall, connection: ServerConnection) {
    this.#stage = stage;
    this.call = call;
    this.connection = connection;
  }

  /** Has the client subscribe; the topic's epoch is "e" and it has no messages yet. */
  static async open(stage: ClientStage, connection: ServerConnection): Promise<StagedTopic> {
    const call = stage.driver.call(SUBSCRIBE, { topic: 't' });
    const served = await stage.called(connection, SUBSCRIBE);
    served.item({ subscribed: { epoch: 'e', offset: '0' } }, FANOUT_ID);
    await stage.item(call, 'subscribed', (json) => json.subscribed !== undefined);
    return new StagedTopic(stage, call, connection);
  }

  /** Sends messages, each with its offset as payload. */
  send(...offsets: number[]): void {
    for (const offset of offsets) this.connection.event(SUBSCRIBE, FANOUT_ID, messageAt(offset));
  }

  /** The application gets these messages, in this order and nothing between them. */
  async got(...offsets: number[]): Promise<void> {
    for (const offset of offsets) {
      await this.#stage.item(
        this.call,
        `message ${offset}`,
        ({ message }) => Number((message as JsonObject | undefined)?.offset) === offset,
      );
    }
  }

  /** The application is told that messages are lost. `to` 0: it is not known how many. */
  async gotGap(from: number, to: number): Promise<void> {
    await this.#stage.item(this.call, `a Gap from ${from} to ${to}`, ({ gap }) => {
      const { fromOffset, toOffset } = (gap ?? {}) as JsonObject;
      // Proto-JSON may leave out what is 0.
      return Number(fromOffset ?? 0) === from && Number(toOffset ?? 0) === to;
    });
  }

  /** The client comes back and subscribes again; the server answers as told, then sends a replay. */
  async again(
    position: { epoch: string; offset: number },
    subscribed: JsonObject,
    replay: readonly number[],
  ): Promise<void> {
    this.connection = await this.#stage.connection();
    const served = await this.#stage.called(this.connection, SUBSCRIBE);
    const { epoch, offset, topic } = served.request;
    if (topic !== 't' || epoch !== position.epoch || Number(offset) !== position.offset) {
      throw new CaseFailure(
        `expected to be asked for what follows ${JSON.stringify(position)}, got ${JSON.stringify(served.request)}`,
      );
    }
    served.item({ subscribed }, FANOUT_ID);
    for (const each of replay) served.item(messageAt(each), FANOUT_ID);
  }
}

function messageAt(offset: number): JsonObject {
  return { message: { topic: 't', offset: String(offset), payload: Buffer.from(String(offset)).toString('base64') } };
}
