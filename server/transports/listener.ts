/** One link to a peer, as a transport gives it to the layer above. No method ever throws. */
export interface Connection {
  readonly transport: 'ws' | 'tcp' | 'quic';
  /** Address of the peer, such as "127.0.0.1:50412"; without the port where the transport cannot tell it. */
  readonly remoteAddress: string;
  /** What the peer proved about itself with a client certificate; undefined without one. */
  readonly peerCertificate: PeerCertificate | undefined;
  /** Bytes that were sent but still wait in this process. */
  readonly queuedBytes: number;
  /**
   * Sends a message (WebSocket: one binary message; QUIC: a packet, or each packet of a run of whole
   * ones, with its length before it). The bytes are borrowed: they may change as
   * soon as this returns. After close it does nothing and returns false.
   * @returns false when more than 64 KiB wait (or a quarter of maxQueuedBytes, if that is less):
   * hold back what is optional until onWritable
   */
  send(bytes: Uint8Array): boolean;
  /**
   * `send` of one WebSocket text message, given as text or as its UTF-8, which is not checked. TCP
   * and QUIC have no text: the same bytes are sent.
   */
  sendText(text: string | Uint8Array): boolean;
  /**
   * TCP only: nothing is read from the peer until `resume`, so that it has to wait. An end of the
   * stream is noticed only after `resume`. Repeated calls do nothing.
   */
  pause?(): void;
  resume?(): void;
  /** Joins a fan-out group of the connection's listener. */
  join(groupId: number): void;
  leave(groupId: number): void;
  /**
   * Sends what waits, then ends the connection, after five seconds even if some of it still waits.
   * Nothing is received any more. Repeated calls do nothing. On TCP the code stays here.
   */
  close(code: number, reason: string): void;
  /** Ends the connection at once. */
  terminate(): void;
}

/**
 * What the layer above does with a connection. Called on one thread, never from inside a method of
 * a connection or a listener. A callback that throws is reported to the host's onError and costs
 * its connection, which is closed with 1011.
 */
export interface ConnectionHandler {
  /**
   * Bytes arrived (WebSocket: one whole binary message; TCP: any piece of the stream; QUIC: one
   * packet without its length). Borrowed until it returns.
   */
  onBytes(bytes: Uint8Array): void;
  /** A WebSocket text message arrived. */
  onText(text: string): void;
  /**
   * TCP and QUIC: the peer sends no more, but may still read. Answer what it asked for, then call close().
   * Without this callback the connection is closed once nothing was sent for 200 ms.
   */
  onEnd?(): void;
  /**
   * More than 64 KiB (or a quarter of maxQueuedBytes) began to wait; told within a second, and again
   * only after nothing has waited.
   */
  onHighWater?(queuedBytes: number): void;
  /** Nothing waits any more after `send` returned false. */
  onWritable(): void;
  /**
   * The connection ended; called exactly once, also after close() and terminate(). After close()
   * the code is the one given there; 1006 means that the peer is gone without a word. A peer of
   * uWebSockets.js that closes with 3000 to 3999 is told as 1006: the library takes those for broken.
   */
  onClose(code: number, reason: string): void;
}

/** A client certificate that was signed by a CA of the listener. */
export interface PeerCertificate {
  /** Common name of its subject; empty when it has none. */
  readonly commonName: string;
  /** Its alternative names with their kinds, such as "DNS:cs001.example" or "URI:urn:station:CS001". */
  readonly alternativeNames: readonly string[];
  /** SHA-256 of the certificate: 64 hexadecimal digits, lower case. */
  readonly fingerprint: string;
}

/** What a peer asked for when it upgraded to WebSocket. */
export interface UpgradeRequest {
  /** Path without the query, as sent. */
  readonly path: string;
  /** Query without the question mark. */
  readonly query: string;
  /** Sub-protocols in the order offered. */
  readonly protocols: readonly string[];
  /** What the peer proved about itself with a client certificate; undefined without one. */
  readonly peerCertificate?: PeerCertificate | undefined;
  /** Header by lower-case name; empty when missing. */
  header(name: string): string;
}

/** Answer to an upgrade: a refusal, or what serves the connection. */
export type UpgradeDecision =
  | { readonly status: number; readonly body: string }
  | { readonly protocol: string | undefined; accept(connection: Connection): ConnectionHandler };

/** Answer to a plain HTTP request. */
export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Further headers, by lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a listener asks of the layer above. */
export interface ListenerHost {
  /**
   * WebSocket only. Also asked about a request whose handshake is broken: one that is refused with
   * 404 stays that, any other decision becomes 400. So a decision does nothing but count.
   */
  upgrade(request: UpgradeRequest): UpgradeDecision;
  /** WebSocket listeners only: GET of a path. Undefined: 404. */
  http(path: string): HttpReply | undefined;
  /** TCP and QUIC. */
  accept(connection: Connection): ConnectionHandler;
  /** A TLS or QUIC handshake failed: told at most once in ten seconds. The text names the peer and the reason. */
  onRefused?(text: string): void;
  /** Every TLS or QUIC handshake that failed. Not with wss on uWebSockets.js, which tells nobody. */
  onHandshakeFailed?(): void;
  /** A failure that no connection can be blamed for. */
  onError(error: Error): void;
}

/** PEM files of a TLS listener. They are read again when they change. */
export interface TlsFiles {
  /** Certificate of the server, then those between it and the CA. */
  readonly cert: string;
  readonly key: string;
  /** CAs of client certificates. Left out: none is asked for; given: nobody connects without one. */
  readonly clientCa: string | undefined;
}

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /**
   * Longest WebSocket message to accept; a peer that sends more is closed with 1009 (uWebSockets.js:
   * up to 1 MiB above the limit and twice the limit; beyond it is cut off, and only onClose says 1009).
   */
  readonly maxMessageBytes: number;
  /** Bytes that may wait for a slow reader before its connection is closed with 3042. */
  readonly maxQueuedBytes: number;
  /** How long bytes may wait for a reader that takes nothing before it is closed with 3042. 0 or left out: for ever. */
  readonly stallTimeoutMs?: number;
  /** Connections at once; more are refused (WebSocket: 503 before the upgrade; TCP: closed at once). */
  readonly maxConnections: number;
  /** Connections a second, and at once; more are refused in the same way. Left out or 0: any number. */
  readonly maxAcceptsPerSecond?: number;
  /** Left out: no TLS; QUIC, which is never without, has a self-signed certificate for localhost. */
  readonly tls?: TlsFiles | undefined;
}

/** Accepts connections at one address. */
export interface Listener {
  /** Such as "ws-uws", "ws-node", "tcp", "quic": for logs and statistics. */
  readonly name: string;
  /** The port that is bound, once listening. */
  readonly port: number;
  readonly connectionCount: number;
  /** @throws PolywireError PORT_IN_USE naming the address */
  listen(): Promise<void>;
  /**
   * Sends the same bytes to every connection of a group, in order with their own sends.
   * Borrowed until it returns. Never loses a message silently: a connection that is over
   * maxQueuedBytes is closed with 3042.
   */
  publish(groupId: number, bytes: Uint8Array): void;
  /** Accepts nothing more; connections go on. */
  stopAccepting(): void;
  /** Ends every connection at once and frees the port. */
  close(): Promise<void>;
}

/** Makes a listener that is not listening yet. */
export type CreateListener = (options: ListenerOptions, host: ListenerHost) => Listener;
