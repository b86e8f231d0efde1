import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fromBinary, fromJson, fromJsonString, type JsonObject, toBinary, toJson } from '@bufbuild/protobuf';
import { messageDesc, registry } from '../schema/registry.js';
import type { CodecAnswer, VectorCodec } from './codec.js';

const LENGTH_BYTES = 4;
const MAX_ANSWER_BYTES = 67_108_864;
const EXIT_GRACE_MS = 2_000;

const requestDesc = messageDesc('polywire.conformance.v1.CodecRequest');
const responseDesc = messageDesc('polywire.conformance.v1.CodecResponse');

interface Waiting {
  readonly type: string;
  readonly resolve: (answer: CodecAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * A codec in a program of its own, in whatever language. Questions go to its standard input,
 * answers come from its standard output, each as four bytes of length (big-endian) and a
 * `polywire.conformance.v1.CodecRequest` or `CodecResponse`. The end of its input tells it to end.
 */
export class CommandCodec implements VectorCodec {
  readonly name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #rest: Buffer = Buffer.alloc(0);
  #lastId = 0;
  #failure: Error | undefined;

  /** @param command run by the shell; what it writes to standard error goes to this process's */
  constructor(command: string, timeoutMs: number) {
    this.name = command;
    this.#timeoutMs = timeoutMs;
    this.#child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin.on('error', () => {
      // The child ended; `close` below says so to everyone who waits.
    });
    this.#child.stdout.on('data', (bytes: Buffer) => this.#receive(bytes));
    this.#child.on('error', (error) => this.#fail(new Error(`${command} cannot be started: ${error.message}`)));
    this.#child.on('close', (code) => this.#fail(new Error(`${command} ended with exit code ${code}`)));
  }

  decode(type: string, form: string, bytes: Uint8Array): Promise<CodecAnswer> {
    return this.#ask({ type, form, decode: Buffer.from(bytes).toString('base64') });
  }

  encode(type: string, form: string, json: string): Promise<CodecAnswer> {
    return this.#ask({ type, form, encode: json });
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#failure !== undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), EXIT_GRACE_MS);
      this.#child.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#child.stdin.end();
    });
  }

  #ask(question: JsonObject & { type: string }): Promise<CodecAnswer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = ++this.#lastId;
    const message = toBinary(requestDesc, fromJson(requestDesc, { id, ...question }, { registry }));
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(message.length);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`${this.name} did not answer within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      this.#waiting.set(id, { type: question.type, resolve, reject, timer });
      this.#child.stdin.write(Buffer.concat([length, message]));
    });
  }

  #receive(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= LENGTH_BYTES) {
      const length = this.#rest.readUInt32BE(0);
      if (length > MAX_ANSWER_BYTES) {
        this.#fail(
          new Error(`${this.name} announces an answer of ${length} bytes; standard output must hold answers only`),
        );
        this.#child.kill('SIGKILL');
        return;
      }
      if (this.#rest.length < LENGTH_BYTES + length) return;
      const answer = this.#rest.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
      this.#rest = this.#rest.subarray(LENGTH_BYTES + length);
      this.#settle(answer);
    }
  }

  #settle(bytes: Uint8Array): void {
    let response: JsonObject;
    try {
      response = toJson(responseDesc, fromBinary(responseDesc, bytes)) as JsonObject;
    } catch (error) {
      this.#fail(new Error(`${this.name} wrote what is not a CodecResponse: ${(error as Error).message}`));
      return;
    }
    const id = Number(response.id ?? 0);
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    try {
      waiting.resolve(readAnswer(waiting.type, response));
    } catch (error) {
      waiting.reject(
        new Error(`${this.name} answered with JSON that is not a ${waiting.type}: ${(error as Error).message}`),
      );
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#failure);
    }
    this.#waiting.clear();
  }
}

function readAnswer(type: string, { json, bytes, error, unsupported }: JsonObject): CodecAnswer {
  if (json !== undefined) {
    return { kind: 'decoded', message: fromJsonString(messageDesc(type), String(json), { registry }) };
  }
  if (bytes !== undefined) return { kind: 'encoded', bytes: Buffer.from(String(bytes), 'base64') };
  if (unsupported !== undefined) return { kind: 'unsupported', text: String(unsupported) };
  return { kind: 'refused', code: String(error ?? 'no outcome').replace(/^ERROR_CODE_/, '') };
}
