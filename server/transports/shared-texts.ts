const MAX_TEXTS = 1_024;

/** One string for texts that come again and again, such as the address of a proxy that all connections come through. */
export class SharedTexts {
  readonly #texts = new Map<string, string>();

  /** The string that an equal text had before, if it was one of the latest. */
  one(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= MAX_TEXTS) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }
}
