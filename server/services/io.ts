import type { IoServiceHandler } from '@polywire/protocol/polywire.io.v1';
import { checkTopicName, type Topics } from './topics/topics.js';

export interface IoOptions {
  readonly topics: Topics;
}

/** Topics, directed work and locks between clients. */
export function ioHandler({ topics }: IoOptions): Partial<IoServiceHandler> {
  return {
    subscribe: (request, context) => topics.subscribe(request, context.peer.sessionId),

    broadcast({ topic, payload, tags, excludeSender }, context) {
      checkTopicName(topic);
      return topics.publish({ topic, payload, tags, exceptSessionId: excludeSender ? context.peer.sessionId : '' });
    },
  };
}
