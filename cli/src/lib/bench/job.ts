/** What can be measured, in the order in which it is. */
export const operations = ['echo', 'get', 'set', 'publish'] as const;
export type Operation = (typeof operations)[number];

/** Connects a load process and writes the keys that it reads. */
export interface OpenJob {
  readonly url: string;
  readonly token?: string | undefined;
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly insecure?: boolean };
  /** What connecting, and then each call, may take. */
  readonly timeoutMs: number;
  readonly connections: number;
  /** Begins each key and topic of this process. */
  readonly prefix: string;
  readonly keys: number;
  readonly valueBytes: number;
}

/** Measures one operation for some time. */
export interface RunJob {
  readonly operation: Operation;
  /** Calls in flight on each connection; of `publish`: messages in flight of the one that publishes. */
  readonly depth: number;
  readonly warmupMs: number;
  readonly durationMs: number;
}

/** What a load process has seen. */
export interface RunResult {
  /** Replies, or deliveries of `publish`. */
  readonly messages: number;
  readonly seconds: number;
  /** Processor time of the load process. */
  readonly cpuSeconds: number;
  /** Counts of a LatencyHistogram. */
  readonly latencies: readonly number[];
}

/** Starts a server on a free port, with data that ends with it. */
export interface ServeJob {
  readonly transport: 'ws' | 'tcp' | 'quic';
  /** Directory of an LMDB store. Undefined: memory. */
  readonly lmdbPath?: string | undefined;
}
