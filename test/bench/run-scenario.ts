import { Bench, type BenchOptions } from './bench.js';
import { otherCpuShare } from './machine.js';
import type { Contestant, Sample, Scenario } from './scenario.js';
import { medianOf, type Spread, spread } from './statistics.js';

export interface RunOptions extends BenchOptions {
  readonly rounds: number;
  /** Told of each step. */
  readonly onProgress?: (text: string) => void;
}

/** What one contestant reached at one point. */
export interface Figure extends Spread {
  readonly contestant: string;
  readonly point: string;
  /** One a round. */
  readonly values: readonly number[];
  readonly p50Us?: number | undefined;
  readonly p99Us?: number | undefined;
  readonly maxUs?: number | undefined;
  readonly serverUsPerMessage?: number | undefined;
  readonly serverCpu?: number | undefined;
  readonly loadCpu?: number | undefined;
  /** Who had no core left: the figure is its limit. */
  readonly saturated?: 'server' | 'load generator' | 'both' | 'nobody' | undefined;
}

/** A target, with the ratios of the rounds. */
export interface Ratio extends Spread {
  readonly point: string;
  readonly contestant: string;
  readonly against: string;
  readonly bound: number;
  readonly aim?: number | undefined;
  readonly isWish?: true | undefined;
  readonly reached: boolean;
  /**
   * How many times the processor time of our server theirs takes for a message: the ratio as it would be if
   * nobody else used the machine. Undefined where it is not known, or where lower is better.
   */
  readonly byCpu?: number | undefined;
  /** What the verdict is of: the ratio by processor time when others used the machine, else the median. */
  readonly decidedBy: 'median' | 'processor time';
  readonly decisive: number;
}

export interface ScenarioResult {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly note: string;
  readonly figures: readonly Figure[];
  readonly ratios: readonly Ratio[];
  /** Limits without a peer: the ratio is of the figure and the bound. */
  readonly limits: readonly { point: string; contestant: string; value: number; bound: number; reached: boolean }[];
  readonly missing: readonly { readonly contestant: string; readonly reason: string }[];
  /** Contestants that failed, with the first line of why. */
  readonly failed: readonly { readonly contestant: string; readonly reason: string }[];
  /** Share of a core that processes of others used meanwhile. */
  readonly otherCpu: number;
}

const SATURATED = 0.95;
/** Share of a core from which on throughput says more of others than of the server. */
const SHARED_MACHINE = 0.2;

/** Runs all contestants, in turns at each point, as many times as there are rounds. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<ScenarioResult> {
  const able = scenario.contestants.filter((contestant) => contestant.missing === undefined);
  const rounds = new Map<string, Sample[][]>(able.map(({ name }) => [name, []]));
  const failed = new Map<string, string>();
  const others = otherCpuShare();
  const count = Math.min(options.rounds, scenario.maxRounds ?? options.rounds);
  for (let round = 1; round <= count; round++) {
    options.onProgress?.(`${scenario.name}, round ${round} of ${count}`);
    const sound = able.filter(({ name }) => !failed.has(name));
    for (const { name, samples, failure } of await runRound(scenario.name, sound, options)) {
      if (failure === undefined) rounds.get(name)?.push(samples);
      else failed.set(name, failure);
    }
  }
  const samplesAt = (contestant: string, point: string): Sample[] =>
    (rounds.get(contestant) ?? []).flatMap((samples) => samples.filter((sample) => sample.point === point));
  const { name, title, unit, better, note } = scenario;
  const otherCpu = others();
  return {
    name,
    title,
    unit,
    better,
    note,
    figures: able.flatMap((contestant) => {
      const points = (rounds.get(contestant.name)?.[0] ?? []).map(({ point }) => point);
      return points.map((point) => figureOf(contestant.name, point, samplesAt(contestant.name, point)));
    }),
    ratios: scenario.targets.flatMap((target) => {
      const ours = samplesAt(target.contestant, target.point);
      const theirs = samplesAt(target.against, target.point);
      // Of the same round: what the machine did meanwhile is in both.
      const values = ours.slice(0, theirs.length).map(({ value }, round) => value / (theirs[round] as Sample).value);
      if (values.length === 0) return [];
      const { median, min, max } = spread(values);
      const byCpu =
        better === 'lower'
          ? undefined
          : medianOf(ours.slice(0, theirs.length), ({ serverUsPerMessage: us }, round) => {
              const theirUs = theirs[round]?.serverUsPerMessage;
              return us === undefined || theirUs === undefined ? undefined : theirUs / us;
            });
      const isShared = otherCpu > SHARED_MACHINE && byCpu !== undefined;
      const decisive = isShared ? byCpu : median;
      const verdict = { reached: isReached(better, decisive, target.bound), decisive, byCpu };
      return [{ ...target, median, min, max, ...verdict, decidedBy: isShared ? 'processor time' : 'median' }];
    }),
    limits: (scenario.limits ?? []).flatMap(({ point, contestant, bound }) => {
      const value = medianOf(samplesAt(contestant, point), (sample) => sample.value);
      return value === undefined ? [] : [{ point, contestant, value, bound, reached: isReached(better, value, bound) }];
    }),
    missing: scenario.contestants.flatMap(({ name: contestant, missing: reason }) =>
      reason === undefined ? [] : [{ contestant, reason }],
    ),
    failed: [...failed].map(([contestant, reason]) => ({ contestant, reason })),
    otherCpu,
  };
}

interface Turn {
  readonly name: string;
  readonly bench: Bench;
  readonly rest: AsyncGenerator<Sample, void>;
  readonly samples: Sample[];
  isOver: boolean;
  failure: string | undefined;
}

/**
 * Each contestant in fresh processes. They are measured in turns, a point each, so that seconds and not minutes are between
 * figures that are compared: the speed of a machine that others use is another one within a minute.
 */
async function runRound(scenario: string, able: readonly Contestant[], options: BenchOptions): Promise<Turn[]> {
  const turns = able.map((contestant): Turn => {
    const { name } = contestant;
    const bench = new Bench({ ...options, label: `${scenario}-${name}` });
    return { name, bench, rest: contestant.run(bench), samples: [], isOver: false, failure: undefined };
  });
  try {
    while (turns.some(({ isOver }) => !isOver)) {
      for (const turn of turns) if (!turn.isOver) await takeTurn(turn);
    }
  } finally {
    for (const { bench } of turns) await bench.close();
  }
  return turns;
}

async function takeTurn(turn: Turn): Promise<void> {
  try {
    const { done, value } = await turn.rest.next();
    if (done === true) turn.isOver = true;
    else turn.samples.push(value);
  } catch (thrown) {
    turn.isOver = true;
    turn.failure = thrown instanceof Error ? thrown.message : String(thrown);
  }
}

function isReached(better: 'higher' | 'lower', value: number, bound: number): boolean {
  return better === 'higher' ? value >= bound : value <= bound;
}

function figureOf(contestant: string, point: string, samples: readonly Sample[]): Figure {
  const values = samples.map(({ value }) => value);
  const serverCpu = medianOf(samples, (sample) => sample.serverCpu);
  const loadCpu = medianOf(samples, (sample) => sample.loadCpu);
  return {
    contestant,
    point,
    values,
    ...spread(values),
    p50Us: medianOf(samples, (sample) => sample.p50Us),
    p99Us: medianOf(samples, (sample) => sample.p99Us),
    maxUs: medianOf(samples, (sample) => sample.maxUs),
    serverUsPerMessage: medianOf(samples, (sample) => sample.serverUsPerMessage),
    serverCpu,
    loadCpu,
    saturated: saturated(serverCpu, loadCpu),
  };
}

function saturated(serverCpu: number | undefined, loadCpu: number | undefined): Figure['saturated'] {
  if (serverCpu === undefined || loadCpu === undefined) return undefined;
  const server = serverCpu >= SATURATED;
  const load = loadCpu >= SATURATED;
  if (server && load) return 'both';
  if (server) return 'server';
  return load ? 'load generator' : 'nobody';
}
