import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  type AuthenticateResponseInit,
  type HelloRequest,
  type HelloResponseInit,
  type Resume,
  SessionService,
} from '@polywire/protocol/polywire.session.v1';
import { oneWay, PolywireError } from '@polywire/sdk/core';
import type { PermissionSet } from '../../auth/permission-set.js';
import { principalOf } from '../../sessions/principal.js';
import type { Session } from '../../sessions/session.js';
import type { Connection, ConnectionHandler } from '../../transports/listener.js';
import type { OpaquePacket } from '../msgtrans/decode.js';
import { Admission } from './admission.js';
import { EngineUser } from './engine-user.js';
import type { NativeDialect } from './native-dialect.js';
import { endOpaque, opaquePeer } from './opaque-peer.js';
import { RareState } from './rare-state.js';
import { endsSession, farewellError, isFinalCode, NORMAL_CLOSE_CODE } from './session-end.js';

const GO_AWAY = 'goAway';

/** A connection that speaks the native wire. */
export class NativeSession extends EngineUser implements Session, ConnectionHandler {
  #admission: Admission;
  #closed = false;
  #generation = 0;
  #heardAtTick = 0;
  /** Undefined: there is nothing out of the ordinary. */
  #rare: RareState | undefined;

  constructor(connection: Connection, dialect: NativeDialect, sessionId: string) {
    super(connection, dialect, sessionId);
    this.#admission = new Admission(connection, dialect, (error) => this.#closeWith(error));
    const { helloTimeoutMs } = dialect;
    this.#rare = new RareState();
    this.#rare.helloDeadline = dialect.deadlines.set(helloTimeoutMs, () =>
      this.#closeWith(
        new PolywireError(ErrorCode.HELLO_TIMEOUT, `no Hello came within ${helloTimeoutMs} ms of connecting`),
      ),
    );
    dialect.host.opened(this);
  }

  get generation(): number | undefined {
    return this.#admission.greeted && this.#rare?.ending !== 'farewell' ? this.#generation : undefined;
  }

  get fallback(): number | undefined {
    return this.#rare?.fallback;
  }

  get #rarely(): RareState {
    this.#rare ??= new RareState();
    return this.#rare;
  }

  get provesClientId(): boolean {
    return this.#admission.provesClientId;
  }

  get permissions(): PermissionSet | undefined {
    return this.#admission.permissions;
  }

  get runningCalls(): number {
    const sending = this.lent?.isSendingLarge === true ? 1 : 0;
    return (this.lent?.incoming.running ?? 0) + sending + (this.#rare?.opaque?.running ?? 0);
  }

  /**
   * The first call of a client.
   * @throws PolywireError, or rejects with it, as Admission.identify does
   */
  hello(request: HelloRequest): HelloResponseInit | Promise<HelloResponseInit> {
    const clientId = this.#admission.identify(request);
    if (clientId instanceof Promise) return clientId.then((id) => this.#greet(request, id));
    return this.#greet(request, clientId);
  }

  #greet(request: HelloRequest, clientId: string): HelloResponseInit {
    // A hook may have held Hello up for longer than the connection stood.
    if (this.#closed) throw new PolywireError(ErrorCode.UNAVAILABLE, 'the connection has ended');
    this.#admission.greeted = true;
    this.introduce(clientId, request.token);
    this.#settle();
    this.#endOpaque();
    if (this.#rare?.isEmpty === true) this.#rare = undefined;
    const { tokenExpiresAtMs } = this.#admission;
    this.#shareAdmission();
    const resumed = this.#goOn(request.resume);
    const { resumable, heartbeats } = this.shared;
    const { limits, schemaHash, ackLevel, agent, serviceIds } = this.shared.welcome();
    // Not spread: V8 makes a hidden class for each object that begins so, and every look at a response would then be a search.
    return {
      limits,
      schemaHash,
      ackLevel,
      agent,
      serviceIds,
      sessionId: this.sessionId,
      clientId,
      resumed,
      resumeToken: resumable.tokenOf(this.sessionId, this.#generation),
      resumeWindowMs: resumable.windowMs,
      heartbeatMs: heartbeats.heartbeatMs,
      tokenExpiresAtMs,
    };
  }

  #endOpaque(): void {
    if (this.#rare?.opaque === undefined) return;
    endOpaque(this.#rare.opaque);
    this.#rare.opaque = undefined;
  }

  /** Sessions that are let in without further conditions have one admission together. */
  #shareAdmission(): void {
    if (!this.#admission.isOpenToAll) return;
    this.shared.openAdmission ??= Admission.open(this.shared);
    this.#admission = this.shared.openAdmission;
  }

  /** @returns whether this connection goes on with the session that `resume` names */
  #goOn(resume: Resume | undefined): boolean {
    const claimed = resume && this.shared.resumable.claim(resume, this.clientId);
    if (claimed === undefined) return false;
    this.#generation = claimed.generation;
    if (claimed.fallback !== undefined) this.#rarely.fallback = claimed.fallback;
    this.host.resumed(this, () => {
      this.goOnAs(claimed.sessionId);
    });
    return true;
  }

  takeOver(): void {
    this.#rarely.ending = 'takenOver';
    const error = new PolywireError(ErrorCode.SESSION_TAKEN_OVER, 'another connection goes on with this session');
    this.engine.reportError(error);
    this.engine.close(error);
    this.close(error.closeCode, error.message);
  }

  onTick(): void {
    const { heartbeats } = this.shared;
    this.giveBackEngine();
    if (!this.#admission.greeted || this.#closed) return;
    const lostForTicks = heartbeats.lostForTicks(this.#heardAtTick);
    if (lostForTicks === 0) return;
    if (lostForTicks > 1) {
      // It was told and did not answer that either: nobody waits for the end of a conversation with nobody.
      this.connection.terminate();
      return;
    }
    this.host.counters.heartbeatsLost++;
    const text = `nothing came for two heartbeats of ${heartbeats.heartbeatMs} ms`;
    const error = new PolywireError(ErrorCode.HEARTBEAT_LOST, text);
    this.engine.reportError(error);
    this.#closeWith(error);
  }

  /** The client says that it does not come back, so that its session ends with its connection. */
  farewell(): void {
    this.#rarely.ending ??= 'farewell';
  }

  /**
   * A newer token for this session.
   * @throws PolywireError, or rejects with it, as SessionAuth.renew does; the session goes on
   */
  authenticate(token: string): AuthenticateResponseInit | Promise<AuthenticateResponseInit> {
    const taken = (response: AuthenticateResponseInit): AuthenticateResponseInit => {
      this.renewToken(token);
      return response;
    };
    const response = this.#admission.renew(token, this.clientId);
    return response instanceof Promise ? response.then(taken) : taken(response);
  }

  goAway(reason: string, retryAfterMs: number): void {
    if (this.#closed || !this.#admission.greeted) return;
    const method = SessionService.methods[GO_AWAY];
    if (method !== undefined) oneWay(this.engine, SessionService, method, { reason, retryAfterMs });
    this.engine.flush();
  }

  close(closeCode: number, reason: string): void {
    if (this.#closed) return;
    const error = this.#admission.greeted ? farewellError(closeCode, reason, this.transport) : undefined;
    if (error !== undefined) this.engine.reportError(error);
    this.#end(closeCode, reason);
  }

  #end(closeCode: number, reason: string): void {
    if (isFinalCode(closeCode)) this.#rarely.ending ??= 'farewell';
    this.lent?.flush();
    this.#rare?.opaque?.flush();
    this.connection.close(closeCode, reason);
  }

  onBytes(bytes: Uint8Array): void {
    const { host, heartbeats } = this.shared;
    this.#heardAtTick = heartbeats.tick;
    // Who goes on after Hello has its Welcome.
    if (this.#rare !== undefined) this.#rare.fallback = undefined;
    const engine = this.engine;
    const before = engine.packetsIn;
    try {
      this.#admission.received(bytes.length);
      engine.receive(bytes);
    } catch (thrown) {
      this.#closeWith(PolywireError.from(thrown));
    }
    if (this.#rare?.unfinished !== undefined || engine.pendingBytes > 0) this.#noteUnfinished();
    if (this.#admission.refused !== undefined) this.#closeIfRefused();
    host.received(this, bytes.length, engine.packetsIn - before);
    this.giveBackEngine();
  }

  onText(): void {
    this.#closeWith(
      new PolywireError(ErrorCode.MALFORMED_PACKET, 'a text message came; the native wire has binary messages only'),
    );
  }

  /** The peer sends no more but may still read: what is running is answered, then the connection closes. */
  onEnd(): void {
    this.#rarely.peerEnded = true;
    this.lent?.incoming.onInputEnd();
    if (this.runningCalls === 0) this.#finish();
  }

  onHighWater(queuedBytes: number): void {
    this.host.slow(this, queuedBytes);
  }

  onWritable(): void {
    this.lent?.onWritable();
    this.#rare?.opaque?.onWritable();
  }

  onClose(code: number, reason: string): void {
    this.#closed = true;
    this.#admission.close();
    this.#rare?.unfinished?.hold(0);
    this.#settle();
    const error = new PolywireError(ErrorCode.UNAVAILABLE, `the connection ended: ${reason || `code ${code}`}`);
    this.engine.close(error);
    this.#rare?.opaque?.end(error);
    if (this.#rare?.ending === 'takenOver') this.host.lost(this, code, reason);
    else if (this.#isOver(code)) this.host.closed(this, code, reason);
    else {
      this.host.lost(this, code, reason);
      const { dialect, clientId, sessionId } = this;
      const { resumable } = this.shared;
      const owner = principalOf(this);
      resumable.park({ sessionId, clientId, dialect, owner, generation: this.#generation, fallback: this.fallback });
    }
  }

  /** Nobody comes back for this session after a connection that ended so. */
  #isOver(closeCode: number): boolean {
    if (!this.#admission.greeted || this.#rare?.ending === 'farewell' || this.shared.resumable.windowMs === 0)
      return true;
    return endsSession(closeCode, this.transport);
  }

  admit(serviceId: number, methodId: number): void {
    this.#admission.admit(serviceId, methodId);
  }

  #noteUnfinished(): void {
    const heldBytes = this.#closed ? 0 : (this.lent?.pendingBytes ?? 0);
    this.#rarely.hold(heldBytes, this.host.unfinished, (error) => {
      this.engine.reportError(error);
      this.#closeWith(error);
    });
  }

  /** The answer to Hello has to be on its way first. */
  #closeIfRefused(): void {
    const { refused } = this.#admission;
    if (refused !== undefined && (this.lent?.incoming.running ?? 0) === 0) this.#closeWith(refused);
  }

  /** It is known what this peer is: the wait for Hello ends. */
  #settle(): void {
    const rare = this.#rare;
    if (rare?.helloDeadline === undefined) return;
    this.shared.deadlines.drop(rare.helloDeadline);
    rare.helloDeadline = undefined;
  }

  /** A peer that has not said Hello is a MsgTrans client. One that has sends such packets for nothing. */
  onOpaque(packet: OpaquePacket): void {
    if (this.#closed || !this.#admission.admitsOpaque()) return;
    this.#settle();
    if (this.#admission.greeted) return;
    const rare = this.#rarely;
    rare.opaque ??= opaquePeer(this.shared.opaque, this, this.connection, (error) => this.#closeWith(error));
    rare.opaque.take(packet);
  }

  onIdle(): void {
    this.host.idle();
    if (this.#rare?.peerEnded === true && this.runningCalls === 0) this.#finish();
    this.#closeIfRefused();
  }

  #finish(): void {
    this.close(NORMAL_CLOSE_CODE, 'the peer has ended its side');
  }

  #closeWith(error: PolywireError): void {
    if (this.#closed) return;
    this.host.failed(this, error);
    this.#end(error.closeCode, `${error.codeName}: ${error.message}`);
  }
}
