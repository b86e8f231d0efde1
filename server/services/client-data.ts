import type { ClientDataServiceHandler } from '@polywire/protocol/polywire.data.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { CallContext } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';
import { dataOwnerOf, type Session, sessionOf } from '../sessions/session.js';
import type { Store } from '../stores/store.js';
import { checkValue } from './check-value.js';
import type { Cursors } from './cursor.js';
import { readPage } from './listing.js';

export interface ClientDataOptions {
  /** Spaces of clients with an identity: they outlive the connection. */
  readonly store: Store;
  /** Spaces of anonymous connections: always in memory, removed when the connection ends. */
  readonly anonymousStore: Store;
  /** The session has ended, and its space was removed: a call that was held up finds neither. */
  hasEnded(session: Session): boolean;
  readonly cursors: Cursors;
  readonly maxValueBytes: number;
}

/** The space of a client with an identity. */
export function spaceOfClient(clientId: string): string {
  return `data/client/${clientId}`;
}

/** The space of an anonymous connection. */
export function spaceOfSession(sessionId: string): string {
  return `data/session/${sessionId}`;
}

/** A store of its own for every client. The space comes from the session, never from a request. */
export function clientDataHandler(options: ClientDataOptions): ClientDataServiceHandler {
  const { cursors, maxValueBytes } = options;

  const placeOf = (context: CallContext): { store: Store; space: string } => {
    const session = sessionOf(context);
    const owner = dataOwnerOf(session);
    if (owner !== '') return { store: options.store, space: spaceOfClient(owner) };
    if (options.hasEnded(session)) {
      throw new PolywireError(ErrorCode.UNAVAILABLE, 'the session has ended, and its data with it');
    }
    return { store: options.anonymousStore, space: spaceOfSession(session.sessionId) };
  };

  return {
    store(request, context) {
      const { store, space } = placeOf(context);
      const kind = checkValue(request.value, request.kind, maxValueBytes);
      const operation = { type: 'set', key: request.key, value: request.value, kind, ttlMs: 0 } as const;
      const { level } = store;
      const results = store.write(space, [operation]);
      if (!(results instanceof Promise)) return { revision: results[0]?.revision ?? 0, level };
      return results.then((done) => ({ revision: done[0]?.revision ?? 0, level }));
    },

    read(request, context) {
      const { store, space } = placeOf(context);
      const stored = store.get(space, request.key);
      if (stored === undefined) return { found: false };
      return { found: true, value: stored.value, kind: stored.kind, revision: stored.revision };
    },

    async delete(request, context) {
      const { store, space } = placeOf(context);
      const [result] = await store.write(space, [{ type: 'delete', key: request.key }]);
      return { deleted: result?.type === 'delete' && result.deleted, level: store.level };
    },

    listKeys(request, context) {
      const { store, space } = placeOf(context);
      const page = readPage(store, cursors, space, request);
      return { keys: page.entries.map((entry) => entry.key), cursor: page.cursor };
    },

    async clear(_request, context) {
      const { store, space } = placeOf(context);
      return { removed: await store.clear(space), level: store.level };
    },
  };
}
