/** One page of a listing. An empty cursor: it is the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor: Uint8Array;
}

/** All items of a listing, page after page. The next page is asked for when it is needed. */
export async function* pages<T>(fetch: (cursor: Uint8Array) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: Uint8Array = new Uint8Array(0);
  do {
    const page = await fetch(cursor);
    yield* page.items;
    cursor = page.cursor;
  } while (cursor.length > 0);
}
