import type { CmdRequest, CmdResponseInit, Unsubscribe } from '@polywire/protocol/legacy.kv.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  type GetRequest,
  type GetResponse,
  KvService,
  type PublishRequest,
  type SetRequest,
  type SubscribeRequest,
  type SubscribeResponseInit,
  ValueKind,
} from '@polywire/protocol/polywire.kv.v1';
import { EMPTY_BYTES, type MethodDescriptor } from '@polywire/protocol/wire';
import { type BoundMethod, PolywireError, type ServiceRegistry } from '@polywire/sdk/core';
import type { KvWireConfig } from '../../config/server-config.js';
import { done, MAX_REPLY_VALUE_BYTES, noneValue, success } from './encode.js';

/** A command of the wire. */
export type Command = NonNullable<CmdRequest['reqData']>;

/** A command that is a call of the service; to unsubscribe is to end one. */
export type CalledCommand = Exclude<Command, { $case: 'unsubscribe'; value: Unsubscribe }>;

/** The longest time to live that the service takes. */
const MAX_TTL_MS = 315_360_000_000;

const unitMs: Readonly<Record<KvWireConfig['expire'], number>> = { ignore: 0, milliseconds: 1, seconds: 1000 };

/** Turns commands into calls of KvService, and what it answers into replies. */
export class CommandMap {
  readonly #get: BoundMethod;
  readonly #set: BoundMethod;
  readonly #publish: BoundMethod;
  readonly #subscribe: BoundMethod;
  readonly #expireUnitMs: number;
  readonly #publishSubscribe: boolean;

  constructor(registry: ServiceRegistry, config: Pick<KvWireConfig, 'expire' | 'publishSubscribe'>) {
    const find = (name: string): BoundMethod =>
      registry.find(KvService.serviceId, (KvService.methods[name] as MethodDescriptor).methodId);
    this.#get = find('get');
    this.#set = find('set');
    this.#publish = find('publish');
    this.#subscribe = find('subscribe');
    this.#expireUnitMs = unitMs[config.expire];
    this.#publishSubscribe = config.publishSubscribe;
  }

  /** False: the command is answered "Invalid Command". */
  serves(command: Command): boolean {
    return command.$case === 'get' || command.$case === 'set' || this.#publishSubscribe;
  }

  /** The method of the service that does what a command asks for. */
  methodOf(command: CalledCommand): BoundMethod {
    switch (command.$case) {
      case 'get':
        return this.#get;
      case 'set':
        return this.#set;
      case 'publish':
        return this.#publish;
      case 'subscribe':
        return this.#subscribe;
    }
  }

  /**
   * What that method is called with. Its value is that of the command, not a copy.
   * @throws PolywireError VALUE_TOO_LARGE when the reply of a set has no room for the value
   */
  requestOf(command: CalledCommand): GetRequest | SetRequest | PublishRequest | SubscribeRequest {
    switch (command.$case) {
      case 'get':
        return command.value;
      case 'set': {
        const { key, value, expire } = command.value;
        checkRoom(value);
        const ttlMs = Math.min(expire * this.#expireUnitMs, MAX_TTL_MS);
        return { key, value, kind: ValueKind.BYTES, ttlMs, ifRevision: undefined, ifAbsent: false };
      }
      case 'publish': {
        const { topic, value } = command.value;
        checkRoom(value);
        return { topic, payload: value, excludeSender: false };
      }
      case 'subscribe':
        return { topic: command.value.topic, epoch: '', offset: 0 };
    }
  }
}

/**
 * The value in the reply of a call that succeeded: of a set its own. Undefined: the reply has none.
 * @throws PolywireError VALUE_TOO_LARGE when a reply has no room for it
 */
export function replyValueOf(command: Command, response: unknown): Uint8Array | undefined {
  if (command.$case === 'set') return command.value.value;
  if (command.$case !== 'get') return undefined;
  const { found, value } = response as GetResponse;
  if (!found) return undefined;
  checkRoom(value);
  return value;
}

/**
 * The reply of a call that succeeded; what a subscription answers is its session's business.
 * @throws PolywireError VALUE_TOO_LARGE when it has no room for the value
 */
export function replyOf(command: Command, response: unknown): CmdResponseInit {
  const value = replyValueOf(command, response);
  if (value !== undefined) return success(value);
  return command.$case === 'get' ? noneValue : done;
}

/** The command with a value of its own, instead of a view of the input. */
export function ownCommand(command: Command): Command {
  switch (command.$case) {
    case 'set':
      return { $case: 'set', value: { ...command.value, value: command.value.value.slice() } };
    case 'publish':
      return { $case: 'publish', value: { ...command.value, value: command.value.value.slice() } };
    default:
      return command;
  }
}

/** What a subscriber is sent for an item of its topic; undefined: nothing. */
export function pushOf(item: SubscribeResponseInit): CmdResponseInit | undefined {
  if (item.event?.$case !== 'message') return undefined;
  const { topic, payload } = item.event.value;
  return { status: 200, message: topic ?? '', value: payload ?? EMPTY_BYTES };
}

function checkRoom(value: Uint8Array): void {
  if (value.length <= MAX_REPLY_VALUE_BYTES) return;
  throw new PolywireError(
    ErrorCode.VALUE_TOO_LARGE,
    `the value is ${value.length} bytes; a frame of this wire has room for ${MAX_REPLY_VALUE_BYTES}`,
    { details: { length: String(value.length), limit: String(MAX_REPLY_VALUE_BYTES) } },
  );
}
