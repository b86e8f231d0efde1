/** What `store-disk` prints after writing to a disk that fails. Keys are in order of the writes. */
export interface WritesReport {
  readonly acked: readonly string[];
  readonly changed: readonly string[];
  /** Name of the error code of the first write that failed; empty: none did. */
  readonly failed: string;
  /** Of a write and a clear after that. */
  readonly later: string;
  readonly cleared: string;
  readonly writable: boolean;
  readonly readable: readonly string[];
  /** Name of the error code of reading; empty: it could be read. */
  readonly unreadable: string;
  /** Codes that onError heard. */
  readonly reported: readonly string[];
  readonly unhandled: readonly string[];
}

/** Milliseconds after the write was begun. */
export interface TimingReport {
  readonly ackedAfterMs: number;
  readonly readAfterMs: number;
  readonly changedAfterMs: number;
}
