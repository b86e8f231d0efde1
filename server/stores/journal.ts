import {
  closeSync,
  constants,
  existsSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  write,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type JournalRecord, RecordWriter, readRecords } from './journal-record.js';
import type { StoreChange } from './store.js';

/** Names of the journal's files in a data directory. */
export const JOURNAL_FILES = ['journal.0', 'journal.1'] as const;

interface Segment {
  readonly fd: number;
  /** Where the next record begins. */
  end: number;
}

/** What is flushed together. */
class Batch {
  readonly flushed: Promise<void>;
  resolve!: () => void;
  reject!: (error: unknown) => void;

  constructor(
    readonly segment: Segment,
    readonly writer: RecordWriter,
  ) {
    this.flushed = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

const writeAt = promisify(write);
const flushData = promisify(fdatasync);

/**
 * Changes in the order of their revisions, in two files that take turns: one is written while what the
 * other holds goes into the tables. A file is written over and not cut, because the disk flushes bytes
 * faster than lengths of files.
 */
export class Journal {
  readonly #secret: Uint8Array;
  readonly #segments: readonly [Segment, Segment];
  #segment: Segment;
  /** The first one is being written. */
  readonly #batches: Batch[] = [];
  readonly #spareWriters: RecordWriter[] = [];
  #flushing = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  /**
   * What the files hold must be in the tables: they are emptied. They may hold a record of revisions that were
   * refused and are given out again.
   * @param secret of the store
   */
  constructor(directory: string, secret: Uint8Array) {
    this.#secret = secret;
    const [first, second] = JOURNAL_FILES;
    const opened: Segment[] = [];
    try {
      this.#segment = openEmptied(join(directory, first), opened);
      this.#segments = [this.#segment, openEmptied(join(directory, second), opened)];
      flushDirectory(directory);
    } catch (error) {
      for (const { fd } of opened) closeSync(fd);
      throw error;
    }
  }

  /** Bytes of the present file that hold records. */
  get byteCount(): number {
    return this.#segment.end;
  }

  /**
   * Resolves when the disk has flushed the changes, and all before them. After a failure everything is
   * refused, and what was refused is cut off as far as the disk allows it.
   */
  append(changes: readonly StoreChange[], lastSeenMs: number): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    const batch = this.#openBatch();
    batch.writer.add(changes, lastSeenMs);
    if (this.#batches.length === 1) this.#flushing = this.#flushBatches();
    return batch.flushed;
  }

  /** What is appended from now on goes to the other file, from its beginning: what that holds must be in the tables. */
  rotate(): void {
    const [first, second] = this.#segments;
    this.#segment = this.#segment === first ? second : first;
    this.#segment.end = 0;
  }

  /**
   * Waits for what is on its way: the number of a file that is closed is soon that of another. Nothing more
   * may be appended.
   * @param isEmptied everything is in the tables, so that nothing needs to be kept
   */
  async close(isEmptied: boolean): Promise<void> {
    await this.#flushing;
    for (const { fd } of this.#segments) {
      if (isEmptied) cutOff(fd, 0);
      closeSync(fd);
    }
  }

  /** The batch that is not being written yet, in the present file. */
  #openBatch(): Batch {
    const last = this.#batches.at(-1);
    if (last !== undefined && this.#batches.length > 1 && last.segment === this.#segment) return last;
    const batch = new Batch(this.#segment, this.#spareWriters.pop() ?? new RecordWriter());
    this.#batches.push(batch);
    return batch;
  }

  async #flushBatches(): Promise<void> {
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      try {
        await this.#flush(batch);
      } catch (error) {
        this.#fail(error);
        return;
      }
      this.#batches.shift();
      batch.writer.reset();
      this.#spareWriters.push(batch.writer);
      batch.resolve();
    }
  }

  async #flush({ segment, writer }: Batch): Promise<void> {
    const bytes = writer.finish(this.#secret);
    for (let written = 0; written < bytes.length; ) {
      const count = bytes.length - written;
      written += (await writeAt(segment.fd, bytes, written, count, segment.end + written)).bytesWritten;
    }
    await flushData(segment.fd);
    segment.end += bytes.length;
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    const batches = this.#batches.splice(0);
    for (const { segment } of batches) cutOff(segment.fd, segment.end);
    for (const { reject } of batches) reject(error);
  }
}

/**
 * What the files of a data directory hold, in order of revision, after the disk has flushed it. Missing files
 * hold nothing.
 */
export function readJournal(directory: string, secret: Uint8Array): JournalRecord[] {
  const paths = JOURNAL_FILES.map((name) => join(directory, name)).filter((path) => existsSync(path));
  const records = paths.flatMap((path) => readRecords(readFlushed(path), secret));
  return records.sort((left, right) => firstRevisionOf(left) - firstRevisionOf(right));
}

function firstRevisionOf(record: JournalRecord): number {
  return record.changes[0]?.entry.revision ?? 0;
}

/**
 * A process that was killed may have written records that the disk has not flushed. They go into the tables in
 * parts: when the power is cut meanwhile, the rest must still be here.
 */
function readFlushed(path: string): Buffer {
  const fd = openSync(path, constants.O_RDWR);
  try {
    fsyncSync(fd);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** As far as the disk allows it: records that stay are in the tables already, or their outcome is unknown to those who wrote them. */
function cutOff(fd: number, length: number): void {
  try {
    ftruncateSync(fd, length);
  } catch {
    // When the files are opened again, they are emptied, or that fails.
  }
}

/** @param opened gets the file before anything else can fail */
function openEmptied(path: string, opened: Segment[]): Segment {
  const segment = { fd: openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600), end: 0 };
  opened.push(segment);
  ftruncateSync(segment.fd, 0);
  fsyncSync(segment.fd);
  return segment;
}

/** The names of new files are on the disk only after this. */
function flushDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
