import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

const LENGTH_BYTES = 4;
const MAX_MESSAGE_BYTES = 67_108_864;
const EXIT_GRACE_MS = 2_000;

/**
 * A program under test. Messages go to its standard input and come from its standard output, each
 * after four bytes of length, big-endian. The end of its input tells it to end.
 */
export class FramedChild {
  readonly #command: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #onMessage: (bytes: Uint8Array) => void;
  readonly #onEnd: (error: Error) => void;
  #rest: Buffer = Buffer.alloc(0);
  #ended = false;

  /**
   * @param command run by the shell; what it writes to standard error goes to this process's
   * @param onEnd called once: the program has ended, or cannot be understood
   */
  constructor(command: string, onMessage: (bytes: Uint8Array) => void, onEnd: (error: Error) => void) {
    this.#command = command;
    this.#onMessage = onMessage;
    this.#onEnd = onEnd;
    this.#child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin.on('error', () => {
      // The child ended; `close` below says so.
    });
    this.#child.stdout.on('data', (bytes: Buffer) => this.#receive(bytes));
    this.#child.on('error', (error) => this.#end(new Error(`${command} cannot be started: ${error.message}`)));
    this.#child.on('close', (code) => this.#end(new Error(`${command} ended with exit code ${code}`)));
  }

  send(message: Uint8Array): void {
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(message.length);
    this.#child.stdin.write(Buffer.concat([length, message]));
  }

  /** Ends the program; by force when it takes its time. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#ended) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), EXIT_GRACE_MS);
      this.#child.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#child.stdin.end();
    });
  }

  /** What came makes no sense: the program is ended. */
  refuse(error: Error): void {
    this.#end(error);
    this.#child.kill('SIGKILL');
  }

  #receive(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= LENGTH_BYTES && !this.#ended) {
      const length = this.#rest.readUInt32BE(0);
      if (length > MAX_MESSAGE_BYTES) {
        const text = `${this.#command} announces an answer of ${length} bytes; standard output must hold answers only`;
        this.refuse(new Error(text));
        return;
      }
      if (this.#rest.length < LENGTH_BYTES + length) return;
      const message = this.#rest.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
      this.#rest = this.#rest.subarray(LENGTH_BYTES + length);
      this.#onMessage(message);
    }
  }

  #end(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(error);
  }
}
