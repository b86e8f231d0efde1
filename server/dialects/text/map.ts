import { Buffer } from 'node:buffer';
import {
  ClientDataService,
  type ListKeysResponse,
  type ReadResponse,
  type StoreRequest,
} from '@polywire/protocol/polywire.data.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import type { CallContext } from '@polywire/protocol/wire';
import { type BoundMethod, PolywireError, type ServiceRegistry } from '@polywire/sdk/core';
import type { TextCommand } from './decode.js';
import { encodeData, encodeEcho, encodeRefusedStore, encodeStored } from './encode.js';

const MAX_KEY_BYTES = 1_024;
/** Longer keys that the texts of one key may make; see TextCalls. As many as a page of keys has. */
const MAX_LONGER_KEYS = 1_000;
/** Texts that are longer make no longer key. */
const MAX_LONGER_TEXT_BYTES = 8_192;
/** Bytes of values that one READ looks through: all that texts can have made, and an end for what others stored. */
const MAX_LOOKED_BYTES = MAX_LONGER_KEYS * MAX_LONGER_TEXT_BYTES;
const NO_CURSOR = new Uint8Array(0);

/** A request that breaks a limit. The wire has no word for an error, so it is answered like no command. */
const brokenLimits: ReadonlySet<ErrorCode> = new Set([
  ErrorCode.KEY_TOO_LONG,
  ErrorCode.VALUE_TOO_LARGE,
  ErrorCode.INVALID_ARGUMENT,
  ErrorCode.INVALID_UTF8,
]);

/** A stored value that can answer a READ. */
interface Candidate {
  /** What stands between "<key>:" and the value. */
  readonly before: string;
  readonly value: Uint8Array;
  readonly revision: number;
}

/**
 * Turns commands into calls of ClientDataService and their results into reply texts.
 *
 * READ splits at the first colon only, STORE at the first two, and still "READ:station:CS001" has
 * to find what "STORE:station:CS001:Online" stored: a READ of k finds the newest text T of any
 * "STORE:T" that begins with "k:". So T is kept under the key before its first colon, where other
 * wires look for it (key "station", value "CS001:Online"), and when it has more colons also under
 * the key before its last one (key "station:CS001", value "Online"). Of each first key at most 1,000
 * such longer keys are made, of texts up to 8 KiB; another text is found as long as it is the newest
 * of its first key.
 */
export class TextCalls {
  readonly #registry: ServiceRegistry;
  readonly #store: BoundMethod;
  readonly #read: BoundMethod;
  readonly #listKeys: BoundMethod;

  constructor(registry: ServiceRegistry) {
    this.#registry = registry;
    const method = (name: string): BoundMethod =>
      registry.find(ClientDataService.serviceId, ClientDataService.methods[name]?.methodId ?? 0);
    this.#store = method('store');
    this.#read = method('read');
    this.#listKeys = method('listKeys');
  }

  /**
   * Runs a command; answers at once when the services do.
   * @throws PolywireError, or rejects with it, when the services fail for another reason than a limit
   */
  run(command: TextCommand, context: CallContext): string | Promise<string> {
    if (command.type === 'echo') return encodeEcho(command.text);
    const { key } = command;
    const refused = (thrown: unknown): string => {
      if (!brokenLimits.has(PolywireError.from(thrown).code)) throw thrown;
      return command.type === 'store' ? encodeRefusedStore(key, command.value) : encodeData(key, '');
    };
    try {
      const reply =
        command.type === 'store'
          ? after(this.#keep(key, command.value, context), () => encodeStored(key, command.value))
          : after(this.#find(key, context), (value) => encodeData(key, value));
      return reply instanceof Promise ? reply.catch(refused) : reply;
    } catch (thrown) {
      return refused(thrown);
    }
  }

  #keep(key: string, value: string, context: CallContext): unknown {
    const written = this.#set(key, value, context);
    const colon = value.lastIndexOf(':');
    if (colon < 0) return written;
    const longerKey = `${key}:${value.slice(0, colon)}`;
    if (Buffer.byteLength(value) > MAX_LONGER_TEXT_BYTES || Buffer.byteLength(longerKey) > MAX_KEY_BYTES)
      return written;
    const keepLonger = (): unknown =>
      after(this.#hasRoomFor(longerKey, key, context), (room) =>
        room ? this.#set(longerKey, value.slice(colon + 1), context) : undefined,
      );
    if (!(written instanceof Promise)) return keepLonger();
    // A hook may still refuse the first. Without hooks both go to the disk together.
    if (this.#registry.hooked) return written.then(keepLonger);
    return Promise.all([written, (async () => keepLonger())()]);
  }

  #set(key: string, value: string, context: CallContext): unknown {
    const request: StoreRequest = { key, value: Buffer.from(value), kind: ValueKind.TEXT };
    return this.#store.invoke(request, context);
  }

  #hasRoomFor(longerKey: string, key: string, context: CallContext): boolean | Promise<boolean> {
    return after(this.#get(longerKey, '', context), (present) => {
      if (present !== undefined) return true;
      return after(this.#keysBelow(key, context), (keys) => keys.length < MAX_LONGER_KEYS);
    });
  }

  /** The value that a READ of `key` answers with; empty when there is none. */
  #find(key: string, context: CallContext): string | Promise<string> {
    return after(this.#get(key, '', context), (exact) => {
      const colon = key.indexOf(':');
      if (colon < 0) return exact === undefined ? this.#findLonger(key, exact, context) : textOf(exact);
      return after(this.#newestOfFirstKey(key, colon, context), (newest) =>
        // No text of the first key is newer, so only another wire can have written the key itself later.
        newest === undefined ? this.#findLonger(key, exact, context) : textOf(newer(exact, newest)),
      );
    });
  }

  /** The newest text of the first key, when it begins with "<key>:". */
  #newestOfFirstKey(key: string, colon: number, context: CallContext): MaybeCandidate | Promise<MaybeCandidate> {
    const rest = Buffer.from(`${key.slice(colon + 1)}:`);
    return after(this.#get(key.slice(0, colon), '', context), (found) => {
      if (found === undefined || !rest.equals(found.value.subarray(0, rest.length))) return undefined;
      return { ...found, value: found.value.subarray(rest.length) };
    });
  }

  /** Looks through the keys that begin with "<key>:". */
  #findLonger(key: string, exact: MaybeCandidate, context: CallContext): string | Promise<string> {
    return after(this.#keysBelow(key, context), (longerKeys) => {
      let newest = exact;
      let lookedBytes = 0;
      let at = 0;
      const note = (found: MaybeCandidate): void => {
        lookedBytes += found?.value.length ?? 0;
        newest = newer(newest, found);
      };
      const look = (): string | Promise<string> => {
        for (;;) {
          const longerKey = longerKeys[at++];
          if (longerKey === undefined || lookedBytes > MAX_LOOKED_BYTES) return textOf(newest);
          const found = this.#get(longerKey, `${longerKey.slice(key.length + 1)}:`, context);
          if (found instanceof Promise) return found.then(note).then(look);
          note(found);
        }
      };
      return look();
    });
  }

  #get(key: string, before: string, context: CallContext): MaybeCandidate | Promise<MaybeCandidate> {
    const response = this.#read.invoke({ key }, context) as ReadResponse | Promise<ReadResponse>;
    return after(response, ({ found, value, revision }) => (found ? { before, value, revision } : undefined));
  }

  #keysBelow(key: string, context: CallContext): string[] | Promise<string[]> {
    if (Buffer.byteLength(key) >= MAX_KEY_BYTES) return [];
    const request = { prefix: `${key}:`, limit: MAX_LONGER_KEYS, cursor: NO_CURSOR };
    const response = this.#listKeys.invoke(request, context) as ListKeysResponse | Promise<ListKeysResponse>;
    return after(response, ({ keys }) => keys);
  }
}

type MaybeCandidate = Candidate | undefined;

function newer(one: MaybeCandidate, other: MaybeCandidate): MaybeCandidate {
  if (one === undefined || other === undefined) return one ?? other;
  return other.revision > one.revision ? other : one;
}

function textOf(candidate: MaybeCandidate): string {
  return candidate === undefined ? '' : candidate.before + Buffer.from(candidate.value).toString();
}

/** Goes on at once with what is there, later with what is promised. */
function after<T, R>(value: T | Promise<T>, run: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(run) : run(value);
}
