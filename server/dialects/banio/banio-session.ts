import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { EMPTY_BYTES } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';
import type { Session } from '../../sessions/session.js';
import { UnfinishedInput } from '../../sessions/unfinished-messages.js';
import type { Connection, ConnectionHandler } from '../../transports/listener.js';
import { Turn } from '../turn.js';
import { AesGcm } from './aes-gcm.js';
import type { BanioHub } from './banio-hub.js';
import type { Era } from './decode.js';
import { DropLog } from './drop-log.js';
import { encodeMessage, type MessageOut } from './encode.js';
import { FrameDecoder } from './frame-decoder.js';
import { Heartbeat } from './heartbeat.js';
import type { Caller } from './map.js';
import { openFrame } from './open-frame.js';
import { OwnTags } from './own-tags.js';
import type { BanioData } from './payload.js';
import { ReplyQueue } from './reply-queue.js';
import { SendBatch } from './send-batch.js';

const NORMAL_CLOSE_CODE = 1000;

/**
 * A connection that speaks BanIO. While it does not read what it is sent, or too much of what it
 * asked for is running, nothing more is read from it.
 */
export class BanioSession implements Session, ConnectionHandler, Caller {
  readonly dialect = 'banio';
  readonly openedAtMs: number;
  readonly #tags: OwnTags<BanioSession>;
  clientId = '';
  era: Era = 'gob';
  cipher: AesGcm | undefined;
  /** Messages that the host was told of. */
  #reported = 0;
  messagesIn = 0;
  messagesOut = 0;
  readonly #connection: Connection;
  readonly #hub: BanioHub;
  readonly #decoder: FrameDecoder;
  readonly #batch: SendBatch;
  readonly #drops: DropLog;
  readonly #replies: ReplyQueue<MessageOut>;
  /** What has no reply and runs. */
  #tracked = 0;
  readonly #turn = new Turn(() => this.#pump());
  #isPumping = false;
  /** Nothing is taken up: there is no room for replies, too much runs, or others have their turn. */
  #isStuck = false;
  #peerEnded = false;
  #leaving = false;
  /** The stream cannot be read on. */
  #isBroken = false;
  #closing = false;
  readonly #heartbeat: Heartbeat;
  /** Set once a frame was unfinished. */
  #unfinished: UnfinishedInput | undefined;

  constructor(
    connection: Connection,
    hub: BanioHub,
    readonly sessionId: string,
  ) {
    const { host, config } = hub;
    this.#connection = connection;
    this.#hub = hub;
    this.#tags = new OwnTags(hub.tags, this);
    this.#decoder = new FrameDecoder(config.maxFrameBytes);
    this.#batch = new SendBatch(connection);
    this.#drops = new DropLog(host, hub.dropped, this);
    this.#replies = new ReplyQueue((reply) => this.#send(reply));
    this.cipher = hub.cipher;
    this.openedAtMs = host.clock.now();
    this.#heartbeat = new Heartbeat({
      clock: host.clock,
      deadlines: hub.deadlines,
      timeoutMs: config.heartbeatTimeoutMs,
      onSilence: (error) => this.#fail(error),
    });
    host.opened(this);
    hub.add(this);
  }

  get transport(): string {
    return this.#connection.transport;
  }

  get tags(): ReadonlySet<string> {
    return this.#tags.all;
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  get runningCalls(): number {
    return this.#replies.size + this.#tracked + (this.#isStuck ? 1 : 0);
  }

  /** The wire has no word for it: the connection ends as soon as nothing runs. */
  goAway(): void {
    this.#leaving = true;
    this.#finishIfIdle();
  }

  close(closeCode: number, reason: string): void {
    if (this.#closing) return;
    this.#batch.flush();
    this.#closing = true;
    this.#connection.close(closeCode, reason);
  }

  addTag(tag: string): boolean {
    return this.#closing ? this.tags.has(tag) : this.#tags.add(tag);
  }

  removeTag(tag: string): void {
    this.#tags.remove(tag);
  }

  useAesKey(hexKey: string | undefined): void {
    this.cipher = hexKey === undefined ? undefined : new AesGcm(hexKey);
  }

  send(action: string, data: BanioData): void {
    this.#send({ action, data });
  }

  /** Sends a frame that is ready. */
  sendFrame(frame: Uint8Array): void {
    if (this.#closing) return;
    this.messagesOut++;
    this.#hub.host.sent(this, frame.length);
    this.#turn.spend(frame.length);
    this.#batch.add(frame);
    if (!this.#isPumping) this.#batch.flush();
  }

  reply(reply: MessageOut | Promise<MessageOut>): void {
    if (!(reply instanceof Promise)) {
      this.#replies.add(reply);
      return;
    }
    const fill = this.#replies.reserve();
    const onFailure = (thrown: unknown): void => {
      fill();
      this.#drops.failed(thrown);
    };
    reply.then(fill, onFailure).finally(() => this.#onDone());
  }

  track(work: Promise<void>): void {
    this.#tracked++;
    work
      .catch((thrown: unknown) => this.#drops.failed(thrown))
      .finally(() => {
        this.#tracked--;
        this.#onDone();
      });
  }

  beat(): void {
    this.#heartbeat.beat();
  }

  onBytes(bytes: Uint8Array): void {
    if (this.#isBroken) return;
    this.#decoder.push(bytes);
    this.#pump();
    // With those that had to wait since the last bytes.
    this.#hub.host.received(this, bytes.length, this.messagesIn - this.#reported);
    this.#reported = this.messagesIn;
  }

  onText(): void {
    this.#fail(new PolywireError(ErrorCode.MALFORMED_PACKET, 'a text message came; this wire has bytes only'));
  }

  /** The peer sends no more but may still read: what it asked for is answered, then the connection closes. */
  onEnd(): void {
    this.#peerEnded = true;
    this.#finishIfIdle();
  }

  onWritable(): void {
    this.#batch.isWritable = true;
    this.#pump();
  }

  onClose(code: number, reason: string): void {
    this.#closing = true;
    this.#isStuck = false;
    this.#decoder.clear();
    this.#heartbeat.stop();
    this.#unfinished?.hold(0);
    this.#tags.giveBack();
    this.#hub.remove(this);
    this.#hub.host.closed(this, code, reason);
  }

  /** Takes up what can be taken up now. */
  #pump(): void {
    if (this.#closing || this.#isPumping) return;
    const wasRunning = this.runningCalls > 0;
    this.#isPumping = true;
    this.#turn.begin();
    try {
      while (this.#mayTakeOne()) {
        const frame = this.#decoder.next();
        if (frame === undefined) break;
        this.#take(frame);
      }
      this.#decoder.settle();
    } catch (thrown) {
      this.#isBroken = true;
      this.#leaving = true;
      this.#decoder.clear();
      this.#hub.host.failed(this, PolywireError.from(thrown));
    }
    this.#isPumping = false;
    this.#batch.flush();
    this.#setStuck(!this.#isBroken && !this.#mayTakeOne());
    this.#noteUnfinished();
    this.#finishIfIdle();
    if (wasRunning && this.runningCalls === 0) this.#hub.host.idle();
  }

  #noteUnfinished(): void {
    const heldBytes = this.#closing ? 0 : this.#decoder.waitingBytes;
    if (heldBytes > 0) {
      this.#unfinished ??= new UnfinishedInput(this.#hub.host.unfinished, {
        isHeldBack: () => this.#isStuck,
        fail: (error) => this.#fail(error),
      });
    }
    this.#unfinished?.hold(heldBytes);
  }

  #mayTakeOne(): boolean {
    const hasRoom = this.#batch.isWritable && this.#replies.size + this.#tracked < this.#hub.maxCalls;
    return hasRoom && !this.#turn.isOver && !this.#closing;
  }

  #setStuck(isStuck: boolean): void {
    if (this.#turn.isOver) this.#turn.end();
    if (isStuck === this.#isStuck || this.#closing) return;
    this.#isStuck = isStuck;
    if (isStuck) this.#connection.pause?.();
    else this.#connection.resume?.();
  }

  #take(frame: Uint8Array): void {
    this.messagesIn++;
    this.#turn.spend(frame.length);
    const opened = openFrame(frame, this.#hub, this.cipher);
    if (opened.kind === 'dropped') {
      this.#drops.unopened(opened.reason);
      return;
    }
    this.era = opened.era;
    const { payload } = opened.message;
    this.#turn.spend(payload?.length ?? 0);
    if (opened.kind === 'result') {
      this.#hub.waits.complete(opened.id, payload ?? EMPTY_BYTES);
      return;
    }
    try {
      opened.action.run(opened.message, this);
    } catch (thrown) {
      this.#drops.failed(thrown);
    }
  }

  #send(message: MessageOut): void {
    if (this.#closing) return;
    // Compressing costs by what goes in, not by what comes out.
    if (message.data instanceof Uint8Array) this.#turn.spend(message.data.length);
    this.sendFrame(encodeMessage(message, this));
  }

  /** Something that ran has ended. */
  #onDone(): void {
    if (this.#isStuck) this.#pump();
    this.#finishIfIdle();
    if (this.runningCalls === 0) this.#hub.host.idle();
  }

  #finishIfIdle(): void {
    if ((this.#peerEnded || this.#leaving) && this.runningCalls === 0) {
      this.close(NORMAL_CLOSE_CODE, this.#peerEnded ? 'the peer has ended its side' : 'the connection is not read on');
    }
  }

  #fail(error: PolywireError): void {
    if (this.#closing) return;
    this.#hub.host.failed(this, error);
    this.close(error.closeCode, `${error.codeName}: ${error.message}`);
  }
}
