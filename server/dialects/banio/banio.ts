import type { BanioConfig } from '../../config/server-config.js';
import type { BanioData } from './payload.js';

/** What code on the server may do with the BanIO clients: `server.banio`. */
export interface Banio {
  /**
   * Sends a message to every connection that subscribed to a tag equal to its action. It is encoded
   * once for all connections with the same key, and leaves at once, in order with everything else
   * that a connection is sent. A connection that does not read is closed, never skipped.
   * @returns how many connections it was sent to
   * @throws TypeError for data that JSON cannot say
   */
  broadcast(action: string, data: BanioData): number;
  /**
   * Has a client do something: sends it a message that names an id, and waits for its message
   * `__res__<id>`. Resolves with that one's payload; no payload is no bytes.
   *
   * Rejects with PolywireError UNAVAILABLE when there is no client to ask or the server closes,
   * DEADLINE_EXCEEDED, ALREADY_EXISTS when the id is waited for already; or with what `data` throws.
   */
  request(request: BanioRequest): Promise<Uint8Array>;
  /** Messages that were dropped since the start, by reason. */
  readonly dropped: Readonly<Record<DropReason, number>>;
}

export interface BanioRequest {
  readonly action: string;
  /** Makes the data, which has to tell the worker the id. */
  readonly data: (id: string) => BanioData;
  /** Asks one of those that subscribed to this tag, in turn. Default: one of all connections. */
  readonly tag?: string;
  /** Default: a new UUID. */
  readonly id?: string;
  /** Milliseconds. Default: 120,000. */
  readonly timeoutMs?: number;
}

/** A message of a client, as a handler of the server gets it. */
export interface BanioMessage {
  readonly action: string;
  /** Inflated, decrypted and yours to keep; undefined when there was none. */
  readonly payload: Uint8Array | undefined;
}

/** A connection, as a handler of the server sees it. */
export interface BanioPeer {
  readonly sessionId: string;
  /** What the client called itself with `init`; empty when it did not. Nobody checks it. */
  readonly clientId: string;
  readonly remoteAddress: string;
  readonly tags: ReadonlySet<string>;
  /** Subscribes the connection to a tag. @returns false when it holds as many as it may */
  addTag(tag: string): boolean;
  removeTag(tag: string): void;
  /** @throws TypeError for data that JSON cannot say */
  send(action: string, data: BanioData): void;
  /**
   * Gives the connection a key of its own, for everything that is read and sent from now on. Undefined: none.
   * @throws PolywireError CONFIG_INVALID
   */
  useAesKey(hexKey: string | undefined): void;
}

/** Takes the messages of an action. A failure is logged; the client is not told. */
export type BanioHandler = (message: BanioMessage, peer: BanioPeer) => void | Promise<void>;

/** What `createServer` may be told of BanIO. */
export interface BanioOptions extends Partial<BanioConfig> {
  /**
   * Handlers of actions that BanIO does not know itself. An action goes to the handler of its exact
   * name, or else of the longest name that it begins with.
   */
  readonly actions?: Readonly<Record<string, BanioHandler>>;
}

/**
 * Why a message was dropped. gob, zlib, cipher: it could not be read; plain: not encrypted although the
 * connection has a key; payload: not what its action needs; refused: a lock is held, or a limit is
 * reached; failed: the store or a handler failed; action: nobody handles it; result: nobody waits for it.
 */
export type DropReason = 'gob' | 'zlib' | 'cipher' | 'plain' | 'payload' | 'refused' | 'failed' | 'action' | 'result';
