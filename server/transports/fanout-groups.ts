const NOBODY: ReadonlySet<never> = new Set<never>();

/** Who is in which fan-out group. Groups and members that are in none take no memory. */
export class FanoutGroups<Member> {
  readonly #members = new Map<number, Set<Member>>();
  readonly #groups = new Map<Member, Set<number>>();

  /** @returns false when the member is in the group already */
  join(groupId: number, member: Member): boolean {
    const members = this.#members.get(groupId);
    if (members?.has(member)) return false;
    if (members === undefined) this.#members.set(groupId, new Set([member]));
    else members.add(member);
    const groups = this.#groups.get(member);
    if (groups === undefined) this.#groups.set(member, new Set([groupId]));
    else groups.add(groupId);
    return true;
  }

  /** @returns false when the member was not in the group */
  leave(groupId: number, member: Member): boolean {
    const groups = this.#groups.get(member);
    if (groups === undefined || !groups.delete(groupId)) return false;
    if (groups.size === 0) this.#groups.delete(member);
    this.#drop(groupId, member);
    return true;
  }

  leaveAll(member: Member): void {
    const groups = this.#groups.get(member);
    if (groups === undefined) return;
    this.#groups.delete(member);
    for (const groupId of groups) this.#drop(groupId, member);
  }

  #drop(groupId: number, member: Member): void {
    const members = this.#members.get(groupId);
    if (members?.delete(member) && members.size === 0) this.#members.delete(groupId);
  }

  /** The members of a group, in the order they joined. A member may leave while they are walked. */
  members(groupId: number): ReadonlySet<Member> {
    return this.#members.get(groupId) ?? NOBODY;
  }

  /** The groups of a member. It may leave them while they are walked. */
  of(member: Member): ReadonlySet<number> {
    return this.#groups.get(member) ?? NOBODY;
  }

  /** Groups that have a member. */
  get size(): number {
    return this.#members.size;
  }
}
