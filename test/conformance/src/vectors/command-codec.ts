import { fromBinary, fromJson, fromJsonString, type JsonObject, toBinary, toJson } from '@bufbuild/protobuf';
import { FramedChild } from '../child/framed-child.js';
import { messageDesc, registry } from '../schema/registry.js';
import type { CodecAnswer, VectorCodec } from './codec.js';

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
  readonly #child: FramedChild;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #failure: Error | undefined;

  /** @param command run by the shell; what it writes to standard error goes to this process's */
  constructor(command: string, timeoutMs: number) {
    this.name = command;
    this.#timeoutMs = timeoutMs;
    this.#child = new FramedChild(
      command,
      (bytes) => this.#settle(bytes),
      (error) => this.#fail(error),
    );
  }

  decode(type: string, form: string, bytes: Uint8Array): Promise<CodecAnswer> {
    return this.#ask({ type, form, decode: Buffer.from(bytes).toString('base64') });
  }

  encode(type: string, form: string, json: string): Promise<CodecAnswer> {
    return this.#ask({ type, form, encode: json });
  }

  async close(): Promise<void> {
    if (this.#failure === undefined) await this.#child.close();
  }

  #ask(question: JsonObject & { type: string }): Promise<CodecAnswer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = ++this.#lastId;
    const message = toBinary(requestDesc, fromJson(requestDesc, { id, ...question }, { registry }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`${this.name} did not answer within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      this.#waiting.set(id, { type: question.type, resolve, reject, timer });
      this.#child.send(message);
    });
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
