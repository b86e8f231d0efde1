import { resumeKvTopic, resumeTopic } from './resume-topic.js';
import { resumeWatch } from './resume-watch.js';
import { type Resumptions, restart } from './resumption.js';

/** How the streams of Polywire's own services go on, by service and property. */
export const builtInResumptions: Readonly<Record<string, Resumptions>> = {
  'polywire.kv.v1.KvService': { watch: resumeWatch, subscribe: resumeKvTopic },
  'polywire.io.v1.IoService': { subscribe: resumeTopic, presence: restart },
  // A tail begins with a notice, which tells that messages may be missing before it.
  'polywire.relay.v1.RelayService': { tail: restart },
};
