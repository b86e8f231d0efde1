import { Buffer } from 'node:buffer';
import type {
  Connection,
  ConnectionHandler,
  HttpReply,
  ListenerHost,
  UpgradeDecision,
  UpgradeRequest,
} from './listener.js';

/** What a listener told about one connection. */
export class Recorded implements ConnectionHandler {
  readonly bytes: Buffer[] = [];
  readonly texts: string[] = [];
  readonly closes: { code: number; reason: string }[] = [];
  writableCalls = 0;
  /** True while a method of the connection runs, in which no callback may come. */
  calling = false;
  readonly reentered: string[] = [];

  constructor(
    readonly connection: Connection,
    private readonly host: RecordingHost,
  ) {}

  /** Runs a method of the connection or the listener and notes callbacks from inside it. */
  guard<T>(call: () => T): T {
    this.calling = true;
    try {
      return call();
    } finally {
      this.calling = false;
    }
  }

  #note(callback: string): void {
    if (this.calling) this.reentered.push(callback);
  }

  onBytes(bytes: Uint8Array): void {
    this.#note('onBytes');
    this.bytes.push(Buffer.from(bytes));
    this.host.react(this, bytes);
  }

  onText(text: string): void {
    this.#note('onText');
    this.texts.push(text);
  }

  onWritable(): void {
    this.#note('onWritable');
    this.writableCalls += 1;
  }

  onClose(code: number, reason: string): void {
    this.#note('onClose');
    this.closes.push({ code, reason });
  }
}

/** A host whose decisions are set by the test. */
export class RecordingHost implements ListenerHost {
  readonly accepted: Recorded[] = [];
  readonly errors: Error[] = [];
  readonly upgrades: UpgradeRequest[] = [];
  decide: (request: UpgradeRequest) => Exclude<UpgradeDecision, { accept: unknown }> | string | undefined = () =>
    undefined;
  pages: (path: string) => HttpReply | undefined = () => undefined;
  onAccept: (recorded: Recorded) => void = () => {};
  react: (recorded: Recorded, bytes: Uint8Array) => void = () => {};

  upgrade(request: UpgradeRequest): UpgradeDecision {
    this.upgrades.push(request);
    const decided = this.decide(request);
    if (typeof decided === 'object') return decided;
    return { protocol: decided, accept: (connection) => this.accept(connection) };
  }

  http(path: string): HttpReply | undefined {
    return this.pages(path);
  }

  accept(connection: Connection): ConnectionHandler {
    const recorded = new Recorded(connection, this);
    this.accepted.push(recorded);
    this.onAccept(recorded);
    return recorded;
  }

  onError(error: Error): void {
    this.errors.push(error);
  }
}
