import type { SubscribeResponse } from '@polywire/protocol/polywire.io.v1';
import { type Client, connect } from '@polywire/sdk';
import type { PolywireServer } from '@polywire/server';
import { expect, it } from 'vitest';
import { Random } from '../../fuzz/random.js';
import { bytes, startServer, text } from './io-client.js';

// POLYWIRE_SEED=n runs one seed; POLYWIRE_STEPS=n makes the runs longer.
const given = process.env.POLYWIRE_SEED;
const seeds = given === undefined ? [1, 2, 3, Date.now() % 1_000_000] : [Number(given)];
const steps = Number(process.env.POLYWIRE_STEPS ?? 400);
/** Of each stream: bursts are longer, so that some of them are lost to who is away. */
const HISTORY = 12;
const TOPICS = ['a.1.x', 'a.2.x', 'a.1.y', 'b'];
const SELECTIONS = [
  { topic: 'a.1.x' },
  { topic: 'b' },
  { topic: 'a.*.x' },
  { topic: 'a.**' },
  { topic: '**' },
  { topic: 'a.1.x', filter: { kind: 'odd' } },
  { topic: 'a.**', filter: { kind: 'even', size: 's' } },
];

interface Message {
  readonly topic: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What a message has to be like, without any of the code under test. */
function matches(
  { topic, filter = {} }: { topic: string; filter?: Record<string, string> },
  message: Message,
): boolean {
  const escaped = topic.split('.').map((part) => (part === '**' ? '.+' : part === '*' ? '[^.]*' : part));
  const isTopic = new RegExp(`^${escaped.join('\\.')}$`).test(message.topic);
  return isTopic && Object.entries(filter).every(([name, value]) => message.tags[name] === value);
}

/** One subscription: what it should have been handed, and what it was. */
class Followed {
  readonly expected: string[] = [];
  readonly events: NonNullable<SubscribeResponse['event']>[] = [];
  readonly stands: Promise<void>;
  readonly #abort = new AbortController();
  error: unknown;

  constructor(
    client: Client,
    readonly selection: (typeof SELECTIONS)[number],
  ) {
    const { topic, filter = {} } = selection;
    const responses = client.io.subscribe(
      { topic, filter: new Map(Object.entries(filter)) },
      { signal: this.#abort.signal },
    );
    let stands = (): void => {};
    this.stands = new Promise((resolve) => {
      stands = resolve;
    });
    void (async () => {
      for await (const { event } of responses) {
        if (event !== undefined) this.events.push(event);
        stands();
      }
    })().catch((thrown: unknown) => {
      if (!this.#abort.signal.aborted) this.error = thrown;
      stands();
    });
  }

  /** Messages that came, and those that a gap says are lost. */
  get accountedFor(): number {
    let count = 0;
    for (const event of this.events) {
      if (event.$case === 'message') count++;
      else if (event.$case === 'gap') count += event.value.toOffset - event.value.fromOffset + 1;
    }
    return count;
  }

  /** Every message once and in order, or a gap that covers exactly the missing ones. */
  check(): { messages: number; gaps: number } {
    const [first] = this.events;
    if (first?.$case !== 'subscribed') throw new Error(`it began with ${first?.$case}`);
    const begin = first.value.offset;
    let position = begin;
    const counts = { messages: 0, gaps: 0 };
    for (const event of this.events.slice(1)) {
      if (event.$case === 'message') {
        const { offset, payload } = event.value;
        expect([offset, text(payload)]).toEqual([position + 1, this.expected[position - begin]]);
        position = offset;
        counts.messages++;
      } else if (event.$case === 'gap') {
        const { fromOffset, toOffset } = event.value;
        expect(fromOffset).toBe(position + 1);
        // Nobody loses what the history still has.
        expect(toOffset - fromOffset + 1).toBeGreaterThan(HISTORY);
        position = toOffset;
        counts.gaps++;
      }
    }
    expect(position - begin).toBe(this.expected.length);
    return counts;
  }

  end(): void {
    this.#abort.abort();
  }
}

/** The run of one seed. */
class Run {
  readonly #random: Random;
  readonly #server: PolywireServer;
  readonly #clients: Client[] = [];
  readonly #followed = new Set<Followed>();
  #count = 0;
  readonly total = { messages: 0, gaps: 0, cuts: 0 };

  constructor(seed: number, server: PolywireServer) {
    this.#random = new Random(seed);
    this.#server = server;
  }

  async run(): Promise<void> {
    for (let index = 0; index < 4; index++) {
      const url = this.#server.addresses[index % 2] as string;
      this.#clients.push(await connect(url, { reconnect: { firstMs: 5, maxMs: 30 } }));
    }
    for (let step = 0; step < steps; step++) await this.#step();
    await expect
      .poll(() => [...this.#followed].filter((each) => each.accountedFor < each.expected.length).length, {
        timeout: 8_000,
      })
      .toBe(0);
    for (const each of this.#followed) this.#finish(each);
    for (const client of this.#clients) await client.close();
  }

  async #step(): Promise<void> {
    const random = this.#random;
    switch (random.below(10)) {
      case 0:
        if (this.#followed.size >= 30) return;
        await this.#follow();
        return;
      case 1: {
        const [oldest] = this.#followed;
        // Only one that has seen everything can be checked.
        if (oldest !== undefined && this.#followed.size > 10 && oldest.accountedFor === oldest.expected.length) {
          this.#finish(oldest);
        }
        return;
      }
      case 2: {
        const session = random.pick(this.#server.sessions());
        session?.close(3003, 'cut by the test');
        this.total.cuts++;
        return;
      }
      case 3:
        await new Promise((resolve) => setTimeout(resolve, random.below(15)));
        return;
      default:
        this.#publish(random.oneIn(4) ? random.below(3 * HISTORY) : 1);
    }
  }

  async #follow(): Promise<void> {
    const followed = new Followed(this.#random.pick(this.#clients), this.#random.pick(SELECTIONS));
    await followed.stands;
    this.#followed.add(followed);
  }

  #publish(count: number): void {
    const topic = this.#random.pick(TOPICS);
    for (let index = 0; index < count; index++) {
      const number = this.#count++;
      const tags = { kind: number % 2 === 0 ? 'even' : 'odd', size: number % 3 === 0 ? 's' : 'l' };
      const message = { topic, tags, text: `message ${number}` };
      this.#server.io.broadcast(topic, bytes(message.text), { tags: new Map(Object.entries(tags)) });
      for (const each of this.#followed) if (matches(each.selection, message)) each.expected.push(message.text);
    }
  }

  #finish(followed: Followed): void {
    this.#followed.delete(followed);
    expect(followed.error).toBeUndefined();
    const { messages, gaps } = followed.check();
    this.total.messages += messages;
    this.total.gaps += gaps;
    followed.end();
  }
}

it.each(seeds)(
  'every message once and in order, or a gap of exactly the missing ones (seed %i)',
  async (seed) => {
    const server = await startServer({ topics: { historyMessages: HISTORY } });
    const run = new Run(seed, server);
    await run.run();
    expect(run.total.messages).toBeGreaterThan(0);
    expect(run.total.cuts).toBeGreaterThan(0);
  },
  30_000,
);
