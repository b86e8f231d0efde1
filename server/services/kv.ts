import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  type AckLevel,
  type BatchOperation,
  type BatchResultInit,
  type DeleteRequest,
  type GetResponseInit,
  type IncrementRequest,
  type KvServiceHandler,
  type SetRequest,
  ValueKind,
} from '@polywire/protocol/polywire.kv.v1';
import { EMPTY_BYTES } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';
import type { Store, StoredValue, WriteOperation, WriteResult } from '../stores/store.js';
import { checkValue } from './check-value.js';
import type { Cursors } from './cursor.js';
import { readPage } from './listing.js';
import type { Topics } from './topics/topics.js';
import type { Watches } from './watches.js';

/** The space that all clients share. */
export const KV_SPACE = 'kv';

type ResultOf<Type extends WriteResult['type']> = Extract<WriteResult, { type: Type }>;

export interface KvOptions {
  readonly store: Store;
  readonly watches: Watches;
  readonly topics: Topics;
  readonly cursors: Cursors;
  readonly maxValueBytes: number;
  /** True: a response is encoded after its handler's turn, so it must not be borrowed. Asked for each call. */
  keepsResponses(): boolean;
}

/** Keys, values, changes and topics, shared by all clients. */
export function kvHandler(options: KvOptions): KvServiceHandler {
  const { store, watches, topics, cursors, maxValueBytes } = options;
  const { level } = store;
  // Filled anew for each answer that is encoded before the next call, as what `peek` gives has to be.
  const lent = new FoundValue();

  /** Writes one operation; answers at once when the store does. */
  const write = <Type extends WriteOperation['type'], Response>(
    type: Type,
    operation: WriteOperation,
    respond: (result: ResultOf<Type>) => Response,
  ): Response | Promise<Response> => {
    const results = store.write(KV_SPACE, [operation]);
    if (results instanceof Promise) return results.then(([result]) => respond(resultOf(type, result)));
    return respond(resultOf(type, results[0]));
  };

  const respondSet = (revision: number) => ({ revision, level });
  const respondDelete = ({ deleted, revision }: ResultOf<'delete'>) => ({ deleted, revision, level });
  const respondIncrement = ({ value, revision }: ResultOf<'increment'>) => ({ value, revision, level });

  return {
    get(request) {
      const { key } = request;
      const isKept = options.keepsResponses();
      const stored = isKept ? store.get(KV_SPACE, key) : store.peek(KV_SPACE, key);
      if (stored === undefined) return { found: false };
      return isKept ? new FoundValue().of(stored) : lent.of(stored);
    },

    set(request) {
      checkSet(request, maxValueBytes);
      const revision = store.set(KV_SPACE, request);
      return typeof revision === 'number' ? respondSet(revision) : revision.then(respondSet);
    },
    delete: (request) => write('delete', deleteOperation(request), respondDelete),
    increment: (request) => write('increment', incrementOperation(request), respondIncrement),

    scan(request) {
      const page = readPage(store, cursors, KV_SPACE, request);
      const entries = request.keysOnly
        ? page.entries.map((entry) => ({ ...entry, value: new Uint8Array(0) }))
        : page.entries;
      return { entries, cursor: page.cursor };
    },

    async batch(request) {
      const operations = request.operations.map((each, index) => batchOperation(each, index, maxValueBytes));
      const results = await store.write(KV_SPACE, operations);
      return { results: results.map((result) => batchResult(result, level)), level };
    },

    watch: (request) => watches.watch(request),
    publish({ topic, payload, excludeSender }, { peer }) {
      return topics.publish({ topic, payload, exceptSessionId: excludeSender ? peer.sessionId : '' });
    },
    subscribe: (request, { peer }) => topics.subscribeKv(request, peer.sessionId),
  };
}

/** The answer to get for a key that has a value. */
class FoundValue implements GetResponseInit {
  readonly found = true;
  value: Uint8Array = EMPTY_BYTES;
  kind: ValueKind = ValueKind.UNSPECIFIED;
  revision = 0;
  expiresAtMs = 0;

  of({ value, kind, revision, expiresAtMs }: StoredValue): this {
    this.value = value;
    this.kind = kind;
    this.revision = revision;
    this.expiresAtMs = expiresAtMs;
    return this;
  }
}

function checkSet(request: SetRequest, maxValueBytes: number): void {
  checkValue(request.value, request.kind, maxValueBytes);
  if (request.ifAbsent && request.ifRevision !== undefined) {
    throw new PolywireError(ErrorCode.INVALID_ARGUMENT, 'if_absent and if_revision exclude each other; send one');
  }
}

function deleteOperation({ key, ifRevision }: DeleteRequest): WriteOperation {
  return { type: 'delete', key, ifRevision };
}

function incrementOperation({ key, delta }: IncrementRequest): WriteOperation {
  return { type: 'increment', key, delta };
}

function batchOperation({ operation }: BatchOperation, index: number, maxValueBytes: number): WriteOperation {
  switch (operation?.$case) {
    case 'set':
      checkSet(operation.value, maxValueBytes);
      return { type: 'set', ...operation.value };
    case 'delete':
      return deleteOperation(operation.value);
    case 'increment':
      return incrementOperation(operation.value);
    default:
      throw new PolywireError(
        ErrorCode.INVALID_ARGUMENT,
        `operations[${index}] says neither set, delete nor increment`,
      );
  }
}

function batchResult(result: WriteResult, level: AckLevel): BatchResultInit {
  switch (result.type) {
    case 'set':
      return { result: { $case: 'set', value: { revision: result.revision, level } } };
    case 'delete':
      return { result: { $case: 'delete', value: { deleted: result.deleted, revision: result.revision, level } } };
    case 'increment':
      return { result: { $case: 'increment', value: { value: result.value, revision: result.revision, level } } };
  }
}

/** A store answers each operation with a result of its own type: anything else is a broken store. */
function resultOf<Type extends WriteResult['type']>(type: Type, result: WriteResult | undefined): ResultOf<Type> {
  if (result?.type !== type) throw new Error(`the store answered a ${type} with ${result?.type ?? 'nothing'}`);
  return result as ResultOf<Type>;
}
