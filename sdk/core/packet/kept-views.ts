import type { ByteWriter } from '@polywire/protocol/wire';

const KEPT_VIEWS = 64;

/**
 * Views of a writer's buffer that were handed out, by length: answers of one kind often have the same, and making a view
 * takes Node longer than writing a small packet. For browsers `plain-views.ts` takes the place of this module.
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
