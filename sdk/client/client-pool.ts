import { ClientDataServiceCalls, type ClientDataServiceClient } from '@polywire/protocol/polywire.data.v1';
import { IoServiceCalls, type IoServiceClient } from '@polywire/protocol/polywire.io.v1';
import { KvServiceCalls, type KvServiceClient } from '@polywire/protocol/polywire.kv.v1';
import type { CallDescriptor, CallOptions, CallsDescriptor } from '@polywire/protocol/wire';
import { type CallStarter, createClient, type OutgoingSink, type StartedCall } from '../core/index.js';
import type { BareClient, UseOptions } from './bare-client.js';
import type { ClientStats } from './client-stats.js';

export interface PoolOptions {
  /** Connections from the start. Default: 2. */
  readonly size?: number;
  /** Connections at most. Default: `size`, the pool does not grow. */
  readonly maxSize?: number;
  /** Grows by one when the least busy connection has so many calls that wait for their answers. Default: 64. */
  readonly growth?: number;
}

/**
 * Several clients of a server that are used like one. Unary calls go to the least busy connection; streams, and with
 * them subscriptions, stay on the first, so that their order and their session are those of one client.
 */
export class ClientPool<Member extends BareClient = BareClient> implements CallStarter {
  readonly #open: () => Promise<Member>;
  readonly #maxSize: number;
  readonly #growth: number;
  readonly #members: Member[];
  readonly #clients = new Map<string, unknown>();
  #growing = false;
  #closed = false;

  private constructor(open: () => Promise<Member>, members: Member[], options: PoolOptions) {
    this.#open = open;
    this.#members = members;
    this.#maxSize = options.maxSize ?? members.length;
    this.#growth = options.growth ?? 64;
  }

  /**
   * Opens the first connections; resolves when all stand.
   * @param open makes one client
   */
  static async open<Member extends BareClient>(
    open: () => Promise<Member>,
    options: PoolOptions,
  ): Promise<ClientPool<Member>> {
    const { size = 2 } = options;
    const opened = await Promise.allSettled(Array.from({ length: Math.max(1, size) }, open));
    const members = opened.filter((one) => one.status === 'fulfilled').map((one) => one.value);
    const failed = opened.find((one) => one.status === 'rejected');
    if (failed !== undefined) {
      await Promise.all(members.map((member) => member.close()));
      throw failed.reason;
    }
    return new ClientPool(open, members, options);
  }

  /** The first connection's client: it has the subscriptions, and what this pool does not show. */
  get first(): Member {
    return this.#members[0] as Member;
  }

  get size(): number {
    return this.#members.length;
  }

  get data(): ClientDataServiceClient {
    return this.use(ClientDataServiceCalls);
  }

  get kv(): KvServiceClient {
    return this.use(KvServiceCalls);
  }

  get io(): IoServiceClient {
    return this.use(IoServiceCalls);
  }

  /** The typed client of any generated service, as of a client. */
  use<ServiceClient>(service: CallsDescriptor<ServiceClient>, use: UseOptions = {}): ServiceClient {
    // The first member has the streams, so it has to know how they go on.
    this.first.use(service, use);
    const known = this.#clients.get(service.typeName);
    if (known !== undefined) return known as ServiceClient;
    const made = createClient(service, () => ({ outgoing: this }), this.first.callDefaults);
    this.#clients.set(service.typeName, made);
    return made;
  }

  /** The sums of all connections; the rtt is that of the slowest. */
  stats(): ClientStats {
    const all = this.#members.map((member) => member.stats());
    const sum = (of: (stats: ClientStats) => number): number => all.reduce((total, stats) => total + of(stats), 0);
    const rtts = all.flatMap(({ rttMs }) => (rttMs === undefined ? [] : [rttMs]));
    return {
      connections: sum((stats) => stats.connections),
      reconnects: sum((stats) => stats.reconnects),
      errors: sum((stats) => stats.errors),
      messagesIn: sum((stats) => stats.messagesIn),
      messagesOut: sum((stats) => stats.messagesOut),
      bytesIn: sum((stats) => stats.bytesIn),
      bytesOut: sum((stats) => stats.bytesOut),
      rttMs: rtts.length === 0 ? undefined : Math.max(...rtts),
    };
  }

  /** As of a client, for all connections. */
  async drain(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#members.map((member) => member.drain()));
  }

  /** As of a client, for all connections. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#members.map((member) => member.close()));
  }

  begin(
    service: CallsDescriptor,
    method: CallDescriptor,
    request: unknown,
    more: boolean,
    options: CallOptions,
    sink: OutgoingSink,
  ): StartedCall {
    const member = method.kind === 'unary' ? this.#leastBusy() : this.first;
    return member.target().outgoing.begin(service, method, request, more, options, sink);
  }

  ready(options: CallOptions): Promise<void> | undefined {
    return this.first.target().outgoing.ready?.(options);
  }

  #leastBusy(): Member {
    let best = this.first;
    for (const member of this.#members) {
      const isUp = member.state === 'connected';
      const bestIsUp = best.state === 'connected';
      if (isUp === bestIsUp ? member.running < best.running : isUp) best = member;
    }
    if (best.running >= this.#growth) this.#grow();
    return best;
  }

  #grow(): void {
    if (this.#growing || this.#closed || this.size >= this.#maxSize) return;
    this.#growing = true;
    const join = (member: Member): unknown => {
      this.#growing = false;
      if (this.#closed) return member.close();
      return this.#members.push(member);
    };
    this.#open()
      .then(join)
      .catch(() => {
        // The pool is as it was; the next call that finds it busy tries again.
        this.#growing = false;
      });
  }
}
