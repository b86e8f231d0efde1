/** Who holds which tag. Empty tags are forgotten. */
export class TagIndex<Member> {
  readonly #members = new Map<string, Set<Member>>();

  add(tag: string, member: Member): void {
    const members = this.#members.get(tag);
    if (members === undefined) this.#members.set(tag, new Set([member]));
    else members.add(member);
  }

  remove(tag: string, member: Member): void {
    const members = this.#members.get(tag);
    members?.delete(member);
    if (members?.size === 0) this.#members.delete(tag);
  }

  /** In the order in which they took the tag. */
  get(tag: string): readonly Member[] {
    return [...(this.#members.get(tag) ?? [])];
  }

  /** Tags that somebody holds. */
  get size(): number {
    return this.#members.size;
  }
}
