import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { WatchResponse } from '@polywire/protocol/polywire.kv.v1';
import { describe, expect, it } from 'vitest';
import { PolywireError } from '../core/index.js';
import { resumeWatch } from './resume-watch.js';

const watching = (revision: number): WatchResponse => ({ event: { $case: 'watching', value: { revision } } });
const change = (revision: number): WatchResponse => ({
  event: {
    $case: 'change',
    value: { kind: 1, entry: { key: 'k', value: new Uint8Array(0), kind: 0, revision, expiresAtMs: 0 } },
  },
});
const compacted = new PolywireError(ErrorCode.OUT_OF_RANGE, 'compacted');

/** A short form: `w5` watching, `7` a change, `2..9` a reset. */
function show({ event }: WatchResponse): string {
  if (event?.$case === 'watching') return `w${event.value.revision}`;
  if (event?.$case === 'reset') return `${event.value.afterRevision}..${event.value.revision}`;
  return String(event?.value.entry?.revision);
}

function follow(afterRevision?: number) {
  const request = { prefix: 'k', ...(afterRevision !== undefined && { afterRevision }) };
  const follower = resumeWatch.follow(request, { isOwn: () => false });
  return {
    follower,
    take: (...items: WatchResponse[]): string => {
      const seen: string[] = [];
      for (const item of items) follower.take(item, (emitted) => seen.push(show(emitted)));
      return seen.join(' ');
    },
    after: () => follower.resumeRequest().afterRevision,
  };
}

describe('a watch that goes on', () => {
  it('asks for what follows the last change, and does not show that it was away', () => {
    const watch = follow();
    expect(watch.take(watching(5), change(6), change(9))).toBe('w5 6 9');
    expect(watch.after()).toBe(9);
    expect(watch.take(watching(20), change(9), change(15), change(21))).toBe('15 21');
  });

  it('has a position before the first change', () => {
    const watch = follow();
    watch.take(watching(5));
    expect(watch.after()).toBe(5);
  });

  it('that replays does not take the newest revision for its position', () => {
    const watch = follow(2);
    expect(watch.take(watching(20), change(3))).toBe('w20 3');
    expect(watch.after()).toBe(3);
    expect(watch.take(watching(20), change(4))).toBe('4');
  });

  it('begins anew with a reset when the changes since are not kept', () => {
    const watch = follow();
    watch.take(watching(5), change(6));
    expect(watch.follower.refused?.(compacted)).toBe(true);
    expect(watch.after()).toBeUndefined();
    // Not for ever: it asks for nothing that could be out of range.
    expect(watch.follower.refused?.(compacted)).toBe(false);
    expect(watch.take(watching(40), change(41))).toBe('6..40 41');
    expect(watch.after()).toBe(41);
    expect(watch.follower.refused?.(new PolywireError(ErrorCode.PERMISSION_DENIED, 'no'))).toBe(false);
  });

  it('begins anew with a reset when the server has fewer revisions than before', () => {
    const watch = follow();
    watch.take(watching(50), change(60));
    expect(watch.take(watching(3), change(4))).toBe('60..3 4');
    expect(watch.after()).toBe(4);
  });
});
