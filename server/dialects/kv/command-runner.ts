import type { CmdResponseInit } from '@polywire/protocol/legacy.kv.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { SubscribeResponseInit } from '@polywire/protocol/polywire.kv.v1';
import type { ByteWriter, Fanout } from '@polywire/protocol/wire';
import { type BoundMethod, isPromise, PolywireError } from '@polywire/sdk/core';
import { DialectContext } from '../../sessions/dialect-context.js';
import { readCommand } from './decode.js';
import { done, encodeReply, failure, invalidCommand, success, writeReply, writeSuccess } from './encode.js';
import type { FrameDecoder } from './frame-decoder.js';
import type { KvDialect } from './kv-dialect.js';
import type { KvSession } from './kv-session.js';
import { type Command, ownCommand, replyOf, replyValueOf } from './map.js';
import { ReplyQueue } from './reply-queue.js';
import { Subscriptions } from './subscriptions.js';

const textEncoder = new TextEncoder();

/**
 * Executes the requests of one session and keeps their replies in order. Requests are executed one
 * after another; only sets may overlap: the store keeps their order, and one flush of the disk then
 * serves many of them.
 */
export class CommandRunner {
  readonly #shared: KvDialect;
  readonly #session: KvSession;
  readonly #context: DialectContext;
  readonly #replies = new ReplyQueue();
  #subscriptions: Subscriptions | undefined;
  /** The calls that run are sets without hooks around them. */
  #onlySets = false;
  #closed = false;

  constructor(shared: KvDialect, session: KvSession) {
    this.#shared = shared;
    this.#session = session;
    this.#context = new DialectContext(session);
  }

  /** Replies that are due but not taken. */
  get running(): number {
    return this.#replies.size;
  }

  /** So many calls run, or so much is kept for their replies, that no request may be added. */
  get isFull(): boolean {
    const { maxCalls, maxQueuedBytes } = this.#shared.options;
    return this.#replies.size >= maxCalls || this.#replies.byteCount >= maxQueuedBytes;
  }

  /** The next reply of a call that has ended, if it is its turn. */
  takeReply(): Uint8Array | undefined {
    return this.#replies.take();
  }

  /**
   * Executes the request that the decoder has found and consumes it. Its reply is appended to
   * `writer`, or is taken later. False: calls that run have to end before it; it is not consumed.
   */
  handle(decoder: FrameDecoder, writer: ByteWriter): boolean {
    let command: Command | undefined;
    try {
      command = readCommand(decoder.bytes, decoder.start, decoder.end);
    } catch (thrown) {
      const error = PolywireError.from(thrown);
      this.#session.noteBadRequest(error);
      decoder.consume();
      this.#answer(writer, failure(error));
      return true;
    }
    if (command === undefined || !this.#shared.commands.serves(command)) {
      decoder.consume();
      this.#answer(writer, invalidCommand);
      return true;
    }
    const { hooked } = this.#shared.registry;
    const mayOverlap = command.$case === 'set' && !hooked;
    if (this.#replies.size > 0 && !(mayOverlap && this.#onlySets)) return false;
    this.#onlySets = mayOverlap;
    decoder.consume();
    if (this.#shared.host.draining) this.#answer(writer, failure(draining()));
    else this.#execute(writer, hooked ? ownCommand(command) : command);
    return true;
  }

  /** The connection is gone: replies of calls that run are dropped when they come. */
  close(error: PolywireError): void {
    this.#closed = true;
    this.#subscriptions?.close();
    this.#context.end(error);
  }

  #execute(writer: ByteWriter, command: Command): void {
    let bound: BoundMethod | undefined;
    try {
      this.#session.admit();
      if (command.$case === 'unsubscribe') {
        this.#answer(writer, this.#unsubscribe(command.value.topic, command.value.id));
        return;
      }
      if (command.$case === 'subscribe') {
        const id = this.#subscribed.idOf(command.value.topic);
        if (id !== undefined) {
          this.#answer(writer, subscribedAs(id));
          return;
        }
        this.#subscribed.checkRoom();
      }
      const { commands } = this.#shared;
      bound = commands.methodOf(command);
      const result = bound.invoke(commands.requestOf(command), this.#context);
      if (isPromise(result)) this.#await(result, command, bound);
      else this.#succeed(writer, command, result);
    } catch (thrown) {
      this.#answer(writer, this.#failed(thrown, bound));
    }
  }

  #succeed(writer: ByteWriter, command: Command, result: unknown): void {
    const value = this.#replies.size === 0 ? replyValueOf(command, result) : undefined;
    if (value === undefined) {
      this.#answer(writer, this.#replyOf(command, result));
      return;
    }
    const start = writer.pos;
    writeSuccess(writer, value);
    this.#session.countReply(writer.pos - start);
  }

  /** Keeps a place for the reply of a call that runs. */
  #await(result: PromiseLike<unknown>, command: Command, bound: BoundMethod): void {
    // The value of a set may be borrowed, so its reply is made now.
    const ready = command.$case === 'set' ? encodeReply(success(command.value.value)) : undefined;
    const slot = this.#replies.add(ready?.length ?? 0);
    const settle = (frame: Uint8Array): void => {
      slot.frame = frame;
      this.#session.planPump();
    };
    const fail = (thrown: unknown): void => settle(encodeReply(this.#failed(thrown, bound)));
    result.then((response) => {
      try {
        settle(ready ?? encodeReply(this.#replyOf(command, response)));
      } catch (thrown) {
        fail(thrown);
      }
    }, fail);
  }

  #replyOf(command: Command, response: unknown): CmdResponseInit {
    if (command.$case !== 'subscribe') return replyOf(command, response);
    const fanout = response as Fanout<SubscribeResponseInit>;
    if (this.#closed) {
      fanout.onEnd?.();
      return done;
    }
    return subscribedAs(this.#subscribed.add(command.value.topic, fanout));
  }

  get #subscribed(): Subscriptions {
    this.#subscriptions ??= new Subscriptions(this.#shared.pushes, this.#session);
    return this.#subscriptions;
  }

  #unsubscribe(topic: string, id: number): CmdResponseInit {
    if (this.#subscriptions?.remove(topic, id)) return done;
    throw new PolywireError(ErrorCode.NOT_FOUND, `this connection has no subscription ${id} of that topic`);
  }

  /** Writes a reply, or puts it behind those of calls that run. */
  #answer(writer: ByteWriter, reply: CmdResponseInit): void {
    if (this.#replies.size > 0) {
      const frame = encodeReply(reply);
      this.#replies.add(frame.length).frame = frame;
      return;
    }
    const start = writer.pos;
    writeReply(writer, reply);
    this.#session.countReply(writer.pos - start);
  }

  #failed(thrown: unknown, bound: BoundMethod | undefined): CmdResponseInit {
    const error = PolywireError.from(thrown);
    if (error.code === ErrorCode.INTERNAL && bound !== undefined) this.#shared.options.onHandlerFailure(thrown, bound);
    return failure(error);
  }
}

function subscribedAs(id: number): CmdResponseInit {
  return success(textEncoder.encode(String(id)));
}

function draining(): PolywireError {
  return new PolywireError(ErrorCode.DRAINING, 'the server is stopping and takes no new requests');
}
