import type { PacketDecoder, PolywireError } from '../core/index.js';

/** Largest payload that a client accepts, in bytes. */
export const MAX_PAYLOAD_BYTES = 16_777_216;

/** What a transport tells the client about a link. */
export interface LinkHandler {
  /** Bytes arrived: whole WebSocket messages, or pieces of a stream. Borrowed until it returns. */
  onBytes(bytes: Uint8Array): void;
  /** The link has room again after `send` returned false. */
  onWritable(): void;
  /**
   * The link ended; called once.
   * @param closeCode of a WebSocket: the code that the server closed it with
   */
  onClose(error: PolywireError, closeCode?: number): void;
}

/** A link to a server. */
export interface Link {
  /** Puts together what comes as pieces of a stream. Missing: bytes come as messages of whole packets, as on WebSocket. */
  readonly stream?: PacketDecoder;
  /**
   * Sends bytes, which are borrowed: they may change as soon as this returns.
   * @returns false when bytes wait: hold back what is optional until onWritable
   */
  send(bytes: Uint8Array): boolean;
  /** Sends what waits, then ends the link. */
  close(): void;
  /** Ends the link at once, also when the other side has fallen silent. */
  destroy(): void;
}

export interface DialOptions {
  /** Milliseconds that connecting may take. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Opens a link.
 * @throws PolywireError UNAVAILABLE when there is no server, DEADLINE_EXCEEDED, CANCELLED
 */
export type Dial = (url: URL, options: DialOptions, handler: LinkHandler) => Promise<Link>;

/** The dialers of a platform by URL scheme, such as "ws:". */
export type Dialers = Readonly<Record<string, Dial>>;
