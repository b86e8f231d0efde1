import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import type { WatchRequestInit, WatchResponse } from '@polywire/protocol/polywire.kv.v1';
import type { Resumption } from './resumption.js';

/**
 * A watch goes on behind the last revision. When the server does not have the changes since then
 * any more, or is not the server from before, it begins anew with the next change, and says so
 * with a `reset` event: what is known of the keys has to be read again.
 */
export const resumeWatch: Resumption<WatchRequestInit, WatchResponse> = {
  follow(request) {
    let revision = request.afterRevision;
    let stands = false;
    let lost = false;
    return {
      resumeRequest() {
        if (revision === undefined || lost) {
          const { afterRevision: _, ...fromNow } = request;
          return fromNow;
        }
        return { ...request, afterRevision: revision };
      },
      take(item, emit) {
        const { event } = item;
        if (event?.$case === 'watching') {
          const newest = event.value.revision;
          // Revisions only grow: this is another store.
          const reset = lost || (stands && revision !== undefined && newest < revision);
          const afterRevision = revision ?? 0;
          if (reset || revision === undefined) revision = newest;
          const again = stands;
          stands = true;
          lost = false;
          if (reset) emit({ event: { $case: 'reset', value: { afterRevision, revision: newest } } });
          else if (!again) emit(item);
          return;
        }
        if (event?.$case === 'change' && event.value.entry !== undefined) {
          if (revision !== undefined && event.value.entry.revision <= revision) return;
          revision = event.value.entry.revision;
        }
        emit(item);
      },
      refused(error) {
        if (error.code !== ErrorCode.OUT_OF_RANGE || lost) return false;
        lost = true;
        return true;
      },
    };
  },
};
