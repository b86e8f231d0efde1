import { coversTopic } from './covers-topic.js';
import { type Permission, parsePermission } from './parse-permission.js';
import { namesBelow, type PermissionName } from './permission-names.js';

/** What one permission is granted for. */
interface Grant {
  /** For everything. */
  whole: boolean;
  readonly exact: Set<string>;
  readonly prefixes: string[];
  readonly topics: string[];
}

/** What a session may do. Asking allocates nothing. */
export class PermissionSet {
  /** Everything is permitted. */
  readonly all: boolean;
  readonly #grants = new Map<PermissionName, Grant>();

  /** @param permissions texts such as "kv.read:config/*"; those that mean nothing are left out */
  constructor(permissions: readonly string[]) {
    this.all = permissions.includes('*');
    for (const text of permissions) {
      const permission = parsePermission(text);
      if (permission !== undefined) this.#add(permission);
    }
  }

  /** True when nothing is permitted. */
  get isEmpty(): boolean {
    return !this.all && this.#grants.size === 0;
  }

  /** True when a permission is granted, for whatever. */
  has(name: PermissionName): boolean {
    return this.all || this.#grants.has(name);
  }

  /** True when a permission is granted for everything. */
  allows(name: PermissionName): boolean {
    return this.all || (this.#grants.get(name)?.whole ?? false);
  }

  /** True when a permission is granted for a text. */
  allowsText(name: PermissionName, text: string): boolean {
    if (this.all) return true;
    const grant = this.#grants.get(name);
    if (grant === undefined) return false;
    return grant.whole || grant.exact.has(text) || beginsWithOne(text, grant.prefixes);
  }

  /** True when a permission is granted for every text that begins with `prefix`. */
  allowsPrefix(name: PermissionName, prefix: string): boolean {
    if (this.all) return true;
    const grant = this.#grants.get(name);
    return grant !== undefined && (grant.whole || beginsWithOne(prefix, grant.prefixes));
  }

  /** True when a permission is granted for a topic, or for every topic of a pattern. */
  allowsTopic(name: PermissionName, topic: string): boolean {
    if (this.all) return true;
    const grant = this.#grants.get(name);
    if (grant === undefined) return false;
    if (grant.whole) return true;
    for (const granted of grant.topics) if (coversTopic(granted, topic)) return true;
    return false;
  }

  #add({ name, kind, limit }: Permission): void {
    for (const each of namesBelow(name)) {
      const grant = this.#grants.get(each) ?? { whole: false, exact: new Set(), prefixes: [], topics: [] };
      this.#grants.set(each, grant);
      if (limit === undefined) grant.whole = true;
      else if (kind === 'topic') grant.topics.push(limit);
      else if (limit.endsWith('*')) grant.prefixes.push(limit.slice(0, -1));
      else grant.exact.add(limit);
    }
  }
}

function beginsWithOne(text: string, prefixes: readonly string[]): boolean {
  for (const prefix of prefixes) if (text.startsWith(prefix)) return true;
  return false;
}
