import type { Bench } from './bench.js';

/** One figure of one round, and what was known beside it. */
export interface Sample {
  /** Which figure of the scenario, such as "depth 16". */
  readonly point: string;
  /** In the scenario's unit. */
  readonly value: number;
  readonly p50Us?: number;
  readonly p99Us?: number;
  readonly maxUs?: number;
  /** Processor time of the server, in microseconds a message. */
  readonly serverUsPerMessage?: number;
  /** Share of a core that the server used, and the load generator. */
  readonly serverCpu?: number;
  readonly loadCpu?: number;
}

/** One of those that are measured beside each other. */
export interface Contestant {
  readonly name: string;
  /** Why it cannot run here and what would help; undefined: it can. */
  readonly missing?: string | undefined;
  /** One round, in processes of its own. Between two samples others are measured, so it has to be idle then. */
  run(bench: Bench): AsyncGenerator<Sample, void>;
}

/** A ratio of two contestants that is to be reached. */
export interface Target {
  readonly point: string;
  readonly contestant: string;
  readonly against: string;
  /** The ratio has to be at least this; at most, where lower is better. */
  readonly bound: number;
  /** What is wished for beyond it. */
  readonly aim?: number;
  /** The bound is no more than a wish. */
  readonly isWish?: true;
}

/** A figure that is to be reached without regard to others. */
export interface Limit {
  readonly point: string;
  readonly contestant: string;
  readonly bound: number;
  readonly aim?: number;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Of the values, such as "messages/s". */
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** What a reader has to know: what is sent, and what is compared with what. */
  readonly note: string;
  readonly contestants: readonly Contestant[];
  readonly targets: readonly Target[];
  readonly limits?: readonly Limit[];
  /** More rounds say nothing more, as figures hardly differ. */
  readonly maxRounds?: number;
}
