import type { TopicStream } from './topic-stream.js';

/** How many subscriptions to each stream a session has: what a sender that leaves itself out does not receive. */
export class SessionStreams {
  readonly #bySession = new Map<string, Map<TopicStream, number>>();

  count(sessionId: string, stream: TopicStream): number {
    return this.#bySession.get(sessionId)?.get(stream) ?? 0;
  }

  /** @returns what takes it back */
  add(sessionId: string, stream: TopicStream): () => void {
    const streams = this.#bySession.get(sessionId) ?? new Map<TopicStream, number>();
    this.#bySession.set(sessionId, streams);
    streams.set(stream, (streams.get(stream) ?? 0) + 1);
    return () => {
      const left = (streams.get(stream) ?? 1) - 1;
      if (left > 0) {
        streams.set(stream, left);
        return;
      }
      streams.delete(stream);
      if (streams.size === 0) this.#bySession.delete(sessionId);
    };
  }
}
