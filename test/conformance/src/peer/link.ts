/** How a link ended. */
export interface LinkEnd {
  /** The WebSocket close code; 0 on TCP. */
  readonly code: number;
  readonly reason: string;
}

/** What a link tells the connection above it. */
export interface LinkEvents {
  /** A WebSocket message, or a piece of a TCP stream. Owned by the receiver. */
  onBytes(bytes: Uint8Array): void;
  /** A text message, which the native wire does not have. */
  onText(): void;
  /** Called exactly once. */
  onEnd(end: LinkEnd): void;
}

/** One open link to the implementation under test. */
export interface Link {
  /** True: every send is a message of its own that holds whole packets. */
  readonly framed: boolean;
  send(bytes: Uint8Array): void;
  /** @throws Error on a link without text messages */
  sendText(text: string): void;
  /** Takes nothing more from the network, or goes on. @throws Error on a link that cannot */
  read(on: boolean): void;
  /** Ends the link in good order; resolves when it has ended. */
  close(): Promise<void>;
  /** Ends the link at once, without a word. */
  cut(): void;
}

/** Opens links. */
export type Dial = (url: string, events: LinkEvents, timeoutMs: number) => Promise<Link>;
