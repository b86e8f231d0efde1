import { compareUtf8 } from './key-space.js';
import type { ScanOptions } from './store.js';

/** Where a scan begins, and whether a key that equals this is left out. */
export interface ScanStart {
  readonly key: string;
  readonly isExclusive: boolean;
}

export function scanStart({ prefix, after }: ScanOptions): ScanStart {
  const isExclusive = after !== undefined && compareUtf8(after, prefix) >= 0;
  return { key: isExclusive ? after : prefix, isExclusive };
}
