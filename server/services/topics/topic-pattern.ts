import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

const ANY = '*';
const REST = '**';

/** Whether a segment between dots is `*` or `**`, so that the text is not the name of a topic. */
export function isPattern(topic: string): boolean {
  return topic.includes(ANY) && topic.split('.').some((segment) => segment === ANY || segment === REST);
}

/**
 * The segments of a topic or pattern.
 * @throws PolywireError INVALID_ARGUMENT when `**` is not the last one
 */
function segmentsOf(pattern: string): string[] {
  const segments = pattern.split('.');
  const at = segments.indexOf(REST);
  if (at >= 0 && at < segments.length - 1) {
    throw new PolywireError(ErrorCode.INVALID_ARGUMENT, `in "${pattern}", ** stands before the end; use it last`, {
      details: { field: 'topic' },
    });
  }
  return segments;
}

class Node<T> {
  readonly next = new Map<string, Node<T>>();
  /** What was put at the pattern that ends here. */
  value: T | undefined;
}

/**
 * Values by pattern. `*` stands for any one segment, `**` at the end for one or more. A lookup walks
 * the segments of a topic, however many patterns there are that do not match.
 */
export class PatternTree<T> {
  readonly #root = new Node<T>();
  /** Grows with every change: what was found before may be wrong then. */
  version = 0;

  /** @throws PolywireError INVALID_ARGUMENT for a pattern with `**` before its end */
  set(pattern: string, value: T): void {
    let node = this.#root;
    for (const segment of segmentsOf(pattern)) {
      let next = node.next.get(segment);
      if (next === undefined) {
        next = new Node();
        node.next.set(segment, next);
      }
      node = next;
    }
    node.value = value;
    this.version++;
  }

  /** @throws PolywireError as `set` */
  get(pattern: string): T | undefined {
    let node: Node<T> | undefined = this.#root;
    for (const segment of segmentsOf(pattern)) node = node?.next.get(segment);
    return node?.value;
  }

  delete(pattern: string): void {
    const path: (readonly [Node<T>, string])[] = [];
    let node = this.#root;
    for (const segment of pattern.split('.')) {
      const next = node.next.get(segment);
      if (next === undefined) return;
      path.push([node, segment]);
      node = next;
    }
    node.value = undefined;
    this.version++;
    for (const [parent, segment] of path.reverse()) {
      const child = parent.next.get(segment);
      if (child === undefined || child.next.size > 0 || child.value !== undefined) return;
      parent.next.delete(segment);
    }
  }

  /** The values of all patterns that a topic matches. */
  match(topic: string): T[] {
    const found: T[] = [];
    collect(this.#root, topic.split('.'), 0, found);
    return found;
  }
}

function collect<T>(node: Node<T>, segments: readonly string[], at: number, found: T[]): void {
  const segment = segments[at];
  if (segment === undefined) {
    if (node.value !== undefined) found.push(node.value);
    return;
  }
  const rest = node.next.get(REST);
  if (rest?.value !== undefined) found.push(rest.value);
  const any = node.next.get(ANY);
  if (any !== undefined) collect(any, segments, at + 1, found);
  // A topic may have a segment that looks like a pattern's: it has been followed.
  const same = segment === ANY || segment === REST ? undefined : node.next.get(segment);
  if (same !== undefined) collect(same, segments, at + 1, found);
}
