import type { TagIndex } from './tag-index.js';

const MAX_TAGS = 16_384;
const MAX_TAG_CHARACTERS = 255;

/** The tags of one member, also in the index of all. */
export class OwnTags<Member> {
  readonly #index: TagIndex<Member>;
  readonly #member: Member;
  readonly #tags = new Set<string>();

  constructor(index: TagIndex<Member>, member: Member) {
    this.#index = index;
    this.#member = member;
  }

  get all(): ReadonlySet<string> {
    return this.#tags;
  }

  /** @returns false when it is not there, because there are too many, or it is too long */
  add(tag: string): boolean {
    if (this.#tags.has(tag)) return true;
    if (this.#tags.size >= MAX_TAGS || tag.length > MAX_TAG_CHARACTERS) return false;
    this.#tags.add(tag);
    this.#index.add(tag, this.#member);
    return true;
  }

  remove(tag: string): void {
    if (this.#tags.delete(tag)) this.#index.remove(tag, this.#member);
  }

  /** Takes all out of the index: the member is gone. */
  giveBack(): void {
    for (const tag of this.#tags) this.#index.remove(tag, this.#member);
  }
}
