/** The STORE/READ text store. */
export interface TextStoreConfig {
  /** It is served at `<prefix>/<client id>` of a native WebSocket listener. */
  readonly prefix: string;
  /**
   * Whose values a connection sees. client: those of the client id in its path, which stay; a
   * connection without one has its own. connection: its own, which end with it. global: one space
   * for all.
   */
  readonly space: 'client' | 'connection' | 'global';
}

/** The wire of the older KV server. */
export interface KvWireConfig {
  /** What the expire of a set means. Its clients always send 1000, whatever their user wanted. */
  readonly expire: 'ignore' | 'seconds' | 'milliseconds';
  /** Serves publish, subscribe and unsubscribe; off: they are answered "Invalid Command". */
  readonly publishSubscribe: boolean;
  /** Largest request frame, without its length; at most 8 MiB. */
  readonly maxFrameBytes: number;
  /** Bytes of unfinished requests that all connections of a listener together may hold. */
  readonly maxBufferedBytes: number;
  /** How long a connection may stand still in the middle of a request, or leave its replies unread. */
  readonly stallTimeoutMs: number;
}

/** BanIO, the wire of the trading bots. */
export interface BanioConfig {
  /** 32, 48 or 64 hexadecimal digits. Empty: no encryption. */
  readonly aesKey: string;
  /** Takes any message that says it is not encrypted, although there is a key; off: only ping, pong and init. */
  readonly acceptPlain: boolean;
  /** Without ping and pong for so long, a connection is closed. 0: never. */
  readonly heartbeatTimeoutMs: number;
  /** Largest frame, without its length. */
  readonly maxFrameBytes: number;
  /** Largest payload after inflating, which happens at once: about 2 milliseconds a MiB. */
  readonly maxInflatedBytes: number;
  /** Serves clients from before October 2025 too. They have no encryption, so with a key this needs acceptPlain. */
  readonly oldEras: boolean;
}

/** MsgTrans 1.x clients. */
export interface MsgTransConfig {
  /** Closes a WebSocket or QUIC connection that sends something other than a packet; off: it is a one-way message with the id 0. */
  readonly strict: boolean;
  /** Largest payload of a packet on TCP. */
  readonly maxPayloadBytes: number;
  /** Largest WebSocket message, and largest packet over QUIC. */
  readonly maxMessageBytes: number;
  /** Largest payload after inflating; what would be larger is handed on as it came. */
  readonly maxInflatedBytes: number;
  /** How long a client has to answer a request of the server. */
  readonly requestTimeoutMs: number;
  /** Serves the echo sample to clients whose messages no handler takes. */
  readonly echo: boolean;
  /** The response to a request whose handler fails. Empty: none. */
  readonly errorReply: string;
  /** How long a TCP connection may stand still in the middle of a packet. */
  readonly stallTimeoutMs: number;
  /** Each packet to a TCP client has a write of its own, for clients up to 1.0.3; off: those of one turn leave together. */
  readonly onePacketAWrite: boolean;
}

/** The Redis relay. It is served when redisUrl and token are given. */
export interface RelayConfig {
  /** Such as redis://127.0.0.1:6379. Empty: no relay. */
  readonly redisUrl: string;
  /** What clients must give as `?token=`. Empty: no relay, unless allowDefaultToken. */
  readonly token: string;
  /** Permits secret_token_123, which everybody knows, as the token; it is the default then. */
  readonly allowDefaultToken: boolean;
  /** Channels to forward. */
  readonly channels: readonly string[];
  /** Patterns as Redis has them: channels that match are forwarded as well. */
  readonly patterns: readonly string[];
  /** Takes the token from an Authorization header too. */
  readonly bearer: boolean;
  /** Origins of web pages that may connect. Empty: all. */
  readonly origins: readonly string[];
  /**
   * What becomes of a payload that is not UTF-8. empty: forwarded as an empty text. drop: not
   * forwarded. base64: empty, with the bytes in a field payload_base64 beside it.
   */
  readonly notUtf8: 'empty' | 'drop' | 'base64';
  /** What happens to a client with more than limits.maxQueuedBytes waiting: it is closed, or misses messages. */
  readonly slowClient: 'close' | 'skip';
  /** Largest payload to forward. */
  readonly maxMessageBytes: number;
}
