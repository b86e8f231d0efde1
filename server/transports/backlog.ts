/** What is known of bytes that wait for a reader, from the first time on that some did. */
export class Backlog {
  /** The last send did not leave at once, so the next one has to look at how much waits. */
  lastWaited = false;
  sentBytes = 0;
  /** How often the socket told that it took everything. */
  drains = 0;
  /** `send` has returned false, so the handler is owed an onWritable. */
  awaitsWritable = false;
  /** The handler was told that too much waits, and some still does. */
  isSlow = false;
  /** What had left at the last look, and since when it is no more; 0: nothing waited. */
  progress = 0;
  stalledAtMs = 0;
}
