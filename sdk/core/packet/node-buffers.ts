import type { ByteWriter } from '@polywire/protocol/wire';

// What Node needs of buffers. For browsers `page-buffers.ts` takes the place of this module.

const KEPT_VIEWS = 64;

/**
 * Views of a writer's buffer that were handed out, by length: answers of one kind often have the same, and making a view
 * takes longer than writing a small packet.
 */
export class Views {
  readonly #views: (Uint8Array | undefined)[] = new Array(KEPT_VIEWS).fill(undefined);
  #buffer: Uint8Array | undefined;

  /** What was written. */
  of(out: ByteWriter): Uint8Array {
    if (out.buf !== this.#buffer) {
      this.#buffer = out.buf;
      this.#views.fill(undefined);
    }
    const place = out.pos % KEPT_VIEWS;
    const known = this.#views[place];
    if (known !== undefined && known.length === out.pos) return known;
    const view = out.view();
    this.#views[place] = view;
    return view;
  }
}

/**
 * Node's Buffer is a Uint8Array whose slice() does not copy: messages must not be made of it, or
 * they would lose their bytes.
 */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
