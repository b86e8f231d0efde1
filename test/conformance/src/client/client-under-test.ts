import type { ClientCommand, ClientReport } from '@polywire/protocol/polywire.conformance.v1';

/** One client, told what to do by commands. */
export interface ClientChannel {
  send(command: ClientCommand): void;
  /** Ends the client, whatever it is doing. */
  close(): Promise<void>;
}

/** What is tested: this project's own client, a program, or anything that takes commands. */
export interface DrivenClient {
  readonly name: string;
  /** A new client. `onReport` may be called until it is closed; `onEnd` when it ended by itself. */
  start(onReport: (report: ClientReport) => void, onEnd: (error: Error) => void): ClientChannel;
}
