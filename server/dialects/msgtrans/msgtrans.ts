import type { MsgTransConfig } from '../../config/server-config.js';

/** What code on the server may do with the MsgTrans clients: `server.msgtrans`. */
export interface MsgTrans {
  /**
   * The clients that are connected. Of native listeners those that have sent a packet without
   * having said Hello: until then nobody knows what they are.
   */
  readonly peers: readonly MsgTransPeer[];
  /** What has happened since the start. */
  readonly counts: Readonly<MsgTransCounts>;
}

export interface MsgTransCounts {
  /** Handlers that failed. */
  failed: number;
  /** Payloads said to be compressed that were handed on as they came. */
  notInflated: number;
  /** WebSocket messages and QUIC packets that were no packet of this wire. */
  notPackets: number;
}

/** A message of a client. */
export interface MsgTransMessage {
  /** 0: what came was no packet. */
  readonly id: number;
  /** Whatever the application means by it: 0 to 255. */
  readonly bizType: number;
  /** 1 fragmented (nobody puts pieces together), 2 high priority, 4 the extension header is a route tag. */
  readonly flags: number;
  /** The extension header. Yours to keep. */
  readonly ext: Uint8Array;
  /**
   * Inflated, unless it could not be: many clients say that they compress and do not. Yours to keep.
   */
  readonly payload: Uint8Array;
}

/** What travels beside a payload. */
export interface MsgTransHead {
  /** Default: 0. */
  readonly bizType?: number;
  /** The extension header, at most 65,535 bytes. Default: none. */
  readonly ext?: Uint8Array;
}

export interface MsgTransRequest extends MsgTransHead {
  /** Milliseconds. Default: `msgtrans.request_timeout_ms`, 10,000. */
  readonly timeoutMs?: number;
}

/** A client. Text travels as UTF-8. */
export interface MsgTransPeer {
  readonly sessionId: string;
  readonly transport: string;
  readonly remoteAddress: string;
  /**
   * Sends a one-way message, never compressed. Does nothing when the connection has ended.
   * @throws PolywireError PACKET_TOO_LARGE, INVALID_ARGUMENT
   */
  send(payload: Uint8Array | string, head?: MsgTransHead): void;
  /**
   * Asks the client something. Resolves with the payload of its response, which is yours to keep.
   *
   * Rejects with PolywireError DEADLINE_EXCEEDED, UNAVAILABLE when the connection ends, or what
   * `send` throws.
   */
  request(payload: Uint8Array | string, options?: MsgTransRequest): Promise<Uint8Array>;
  /** Sends what waits, then ends the connection. */
  close(): void;
}

/**
 * What takes the messages of clients. A failure is logged and counted; the client is not told, as
 * this wire has no error packet, unless `msgtrans.error_reply` says what to answer.
 */
export interface MsgTransHandlers {
  /**
   * A client has connected to a listener of the dialect msgtrans: called 50 ms later, when it listens
   * for sure, or before the first that it sends. Not called on native listeners,
   * where a client that nothing has come from may still say Hello.
   */
  readonly onOpen?: (peer: MsgTransPeer) => void;
  /** A one-way message came, or a response that nobody waits for. */
  readonly onMessage?: (message: MsgTransMessage, peer: MsgTransPeer) => void | Promise<void>;
  /**
   * A request came. What is returned is the response; undefined: there is none, and the client
   * will wait until its time is over. Responses leave when they are ready, not in the order of the requests.
   */
  readonly onRequest?: (
    message: MsgTransMessage,
    peer: MsgTransPeer,
  ) => Uint8Array | string | undefined | Promise<Uint8Array | string | undefined>;
}

/** What `createServer` may be told of MsgTrans. With a handler of your own the echo sample is not served. */
export interface MsgTransOptions extends Partial<MsgTransConfig>, MsgTransHandlers {}
