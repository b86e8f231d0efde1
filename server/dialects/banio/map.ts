import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import type { SharedValues } from '../../services/shared-values.js';
import type { BanioMessage, BanioPeer } from './banio.js';
import type { Era } from './decode.js';
import type { MessageOut } from './encode.js';

/** The connection that a message came in on, as the actions see it. */
export interface Caller extends BanioPeer {
  /** The form of its messages. */
  readonly era: Era;
  clientId: string;
  /** Sends a reply, in the order of the messages that are replied to. */
  reply(reply: MessageOut | Promise<MessageOut>): void;
  /** Counts work that has no reply as running, and a failure of it as the caller's. */
  track(work: Promise<void>): void;
  /** It has shown that it lives. */
  beat(): void;
}

/** What serves an action. */
export interface Action {
  /** May come unencrypted on a connection with a key. */
  readonly allowsPlain: boolean;
  /** @throws PolywireError when the payload is not what the action needs, or is refused */
  run(message: BanioMessage, caller: Caller): void;
}

/** What begins the action of a result; the id follows. */
export const RESULT_PREFIX = '__res__';

const MAX_NAME_CHARACTERS = 255;
const INT64_BITS = 64;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
/** Digits of the longest 64-bit integer, with its sign. */
const MAX_INT64_CHARACTERS = 20;

/** The actions that BanIO itself knows. */
export function builtInActions(values: SharedValues): ReadonlyMap<string, Action> {
  return new Map<string, Action>([
    ['ping', { allowsPlain: true, run: ping }],
    ['pong', { allowsPlain: true, run: (_, caller) => caller.beat() }],
    ['init', { allowsPlain: true, run: init }],
    ['subscribe', { allowsPlain: false, run: subscribe }],
    ['unsubscribe', { allowsPlain: false, run: unsubscribe }],
    ['onSetVal', { allowsPlain: false, run: (message, caller) => setValue(values, message, caller) }],
    ['onGetVal', { allowsPlain: false, run: (message, caller) => getValue(values, message, caller) }],
  ]);
}

function ping(message: BanioMessage, caller: Caller): void {
  const count = readInt64(textOf(message));
  caller.beat();
  // The sum wraps around, as the sender's own would.
  caller.reply({ action: 'pong', data: BigInt.asIntN(INT64_BITS, count + 1n), plain: true });
}

function init(message: BanioMessage, caller: Caller): void {
  caller.clientId = readText(textOf(message)).slice(0, MAX_NAME_CHARACTERS);
}

function subscribe(message: BanioMessage, caller: Caller): void {
  for (const tag of readTags(message)) {
    if (caller.addTag(tag)) continue;
    throw new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, 'subscribe: the connection holds as many tags as it may');
  }
}

function unsubscribe(message: BanioMessage, caller: Caller): void {
  for (const tag of readTags(message)) caller.removeTag(tag);
}

function setValue(values: SharedValues, message: BanioMessage, caller: Caller): void {
  const fields = readJson(message);
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) throw badPayload(message, 'an object');
  let key = '';
  let value = '';
  let expireSecs = 0;
  for (const [name, field] of Object.entries(fields)) {
    const lowerName = name.toLowerCase();
    if (field === null) continue;
    if (lowerName === 'key' && typeof field === 'string') key = field;
    else if (lowerName === 'val' && typeof field === 'string') value = field;
    else if (lowerName === 'expiresecs' && Number.isInteger(field)) expireSecs = field as number;
    else if (lowerName === 'key' || lowerName === 'val' || lowerName === 'expiresecs') {
      throw badPayload(message, 'Key and Val as text and expireSecs as a whole number');
    }
  }
  const work = values.set(key, value, expireSecs, caller);
  if (work !== undefined) caller.track(work);
}

function getValue(values: SharedValues, message: BanioMessage, caller: Caller): void {
  const key = readText(textOf(message));
  const respond = (value: Uint8Array | undefined): MessageOut => {
    const bytes = value ?? new Uint8Array(0);
    if (caller.era !== 'json') return { action: `${RESULT_PREFIX}${key}`, data: bytes };
    return { action: 'onGetValRes', data: { key, val: Buffer.from(bytes).toString() } };
  };
  const value = values.get(key, caller);
  caller.reply(value instanceof Promise ? value.then(respond) : respond(value));
}

/** Current clients send text as it is, others as JSON: quoted, and valid as such. */
function readText(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

function readTags(message: BanioMessage): string[] {
  const tags = readJson(message);
  const isList = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
  if (!isList) throw badPayload(message, 'a list of text');
  return tags;
}

function readInt64(text: string): bigint {
  const digits = text.trim();
  if (digits.length <= MAX_INT64_CHARACTERS && /^-?(0|[1-9]\d*)$/.test(digits)) {
    const value = BigInt(digits);
    if (value >= MIN_INT64 && value <= MAX_INT64) return value;
  }
  throw new PolywireError(ErrorCode.INVALID_ARGUMENT, 'ping: the payload must be a whole number of 64 bits');
}

function readJson(message: BanioMessage): unknown {
  try {
    return JSON.parse(textOf(message));
  } catch {
    throw badPayload(message, 'JSON');
  }
}

function textOf({ payload }: BanioMessage): string {
  return payload === undefined ? '' : Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString();
}

function badPayload({ action }: BanioMessage, wanted: string): PolywireError {
  return new PolywireError(ErrorCode.INVALID_ARGUMENT, `${action.slice(0, 64)}: the payload must be ${wanted}`);
}
