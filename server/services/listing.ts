import type { Store, StoredValue } from '../stores/store.js';
import type { Cursors } from './cursor.js';

/** Entries of a page when the request does not say. */
export const DEFAULT_PAGE_ENTRIES = 100;

export interface PageRequest {
  readonly prefix: string;
  /** 0: DEFAULT_PAGE_ENTRIES. */
  readonly limit: number;
  readonly cursor: Uint8Array;
}

export interface Page {
  readonly entries: StoredValue[];
  /** Empty: this was the last page. */
  readonly cursor: Uint8Array;
}

// A page of large values must fit into one packet, whatever its limit of entries.
const MAX_PAGE_BYTES = 524_288;

/** One page of the entries of a space. A page ends early when its values grow large. */
export function readPage(store: Store, cursors: Cursors, space: string, request: PageRequest): Page {
  const scope = `${space}\n${request.prefix}`;
  const after = cursors.read(scope, request.cursor);
  const limit = request.limit === 0 ? DEFAULT_PAGE_ENTRIES : request.limit;
  const found = store.scan(space, { prefix: request.prefix, after, limit: limit + 1 });
  const entries: StoredValue[] = [];
  let bytes = 0;
  for (const entry of found) {
    bytes += entry.value.length + entry.key.length;
    if (entries.length === limit || (entries.length > 0 && bytes > MAX_PAGE_BYTES)) break;
    entries.push(entry);
  }
  const last = entries[entries.length - 1];
  const isLast = entries.length === found.length || last === undefined;
  return { entries, cursor: isLast ? new Uint8Array(0) : cursors.make(scope, last.key) };
}
