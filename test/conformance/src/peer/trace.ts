import type { MethodInfo } from '../schema/registry.js';
import { describeBytes, describePacket } from './describe-packet.js';
import { encodePacket, type Packet } from './packet.js';

const MAX_HEX = 512;
const MAX_LINES = 200;

/** What happened on the connections of one case, line by line, for a person. */
export class Trace {
  readonly #startedAtMs = performance.now();
  readonly #lines: string[] = [];
  #dropped = 0;

  get lines(): string[] {
    return this.#dropped === 0 ? [...this.#lines] : [...this.#lines, `(${this.#dropped} more lines)`];
  }

  note(connection: number, text: string): void {
    if (this.#lines.length >= MAX_LINES) {
      this.#dropped++;
      return;
    }
    const atMs = Math.round(performance.now() - this.#startedAtMs);
    this.#lines.push(`${String(atMs).padStart(6)} ms  #${connection}  ${text}`);
  }

  sent(connection: number, bytes: Uint8Array): void {
    this.note(connection, `sent ${bytes.length} bytes  ${hexOf(bytes)}`);
    for (const line of describeBytes(bytes)) this.note(connection, `  ${line}`);
  }

  /** `method`: the call that the packet answers, if there is one. */
  received(connection: number, packet: Packet, method: MethodInfo | undefined): void {
    const bytes = encodePacket(packet);
    this.note(connection, `received ${bytes.length} bytes  ${hexOf(bytes)}`);
    this.note(connection, `  ${describePacket(packet, method)}`);
  }
}

/** Bytes in hexadecimal, cut off where a person stops reading. */
function hexOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.subarray(0, MAX_HEX / 2)).toString('hex');
  return bytes.length * 2 > MAX_HEX ? `${hex}…` : hex;
}
