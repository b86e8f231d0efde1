import { randomUUID } from 'node:crypto';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { Deadlines, PolywireError } from '@polywire/sdk/core';
import type { BanioConfig } from '../../config/server-config.js';
import type { Logger } from '../../log.js';
import { NetLocks } from '../../services/net-locks.js';
import { SharedValues } from '../../services/shared-values.js';
import { Waits } from '../../services/waits.js';
import type { SessionHost } from '../../sessions/session-host.js';
import type { Store } from '../../stores/store.js';
import { ActionTable } from './action-table.js';
import { AesGcm } from './aes-gcm.js';
import type { Banio, BanioHandler, BanioRequest, DropReason } from './banio.js';
import type { BanioSession } from './banio-session.js';
import { type Encoding, encodeMessage } from './encode.js';
import { type Action, builtInActions, RESULT_PREFIX } from './map.js';
import type { BanioData } from './payload.js';
import { TagIndex } from './tag-index.js';

const DEFAULT_REQUEST_TIMEOUT_MS = 120_000;

export interface BanioHubParts {
  readonly host: SessionHost;
  readonly logger: Logger;
  readonly config: BanioConfig;
  readonly handlers: Readonly<Record<string, BanioHandler>>;
  readonly store: Store;
  /** A store in memory. */
  readonly anonymousStore: Store;
  readonly maxValueBytes: number;
  /** Messages that one connection may have in the works at once. */
  readonly maxCalls: number;
}

/** What all BanIO connections of a server share, on however many listeners. */
export class BanioHub implements Banio {
  readonly host: SessionHost;
  readonly logger: Logger;
  readonly config: BanioConfig;
  readonly maxCalls: number;
  readonly actions: ActionTable<Action>;
  readonly locks: NetLocks;
  readonly waits: Waits;
  readonly tags = new TagIndex<BanioSession>();
  /** Of silent connections. */
  readonly deadlines: Deadlines;
  /** The key of connections without one of their own. */
  readonly cipher: AesGcm | undefined;
  readonly dropped: Record<DropReason, number> = {
    gob: 0,
    zlib: 0,
    cipher: 0,
    plain: 0,
    payload: 0,
    refused: 0,
    failed: 0,
    action: 0,
    result: 0,
  };
  readonly #sessions = new Set<BanioSession>();

  /** @throws PolywireError CONFIG_INVALID for a bad key, or a handler of an action that is BanIO's own */
  constructor(parts: BanioHubParts) {
    const { host, logger, config, handlers, store, anonymousStore, maxValueBytes, maxCalls } = parts;
    this.host = host;
    this.logger = logger;
    this.config = config;
    this.maxCalls = maxCalls;
    this.cipher = config.aesKey === '' ? undefined : new AesGcm(config.aesKey);
    this.deadlines = new Deadlines(host.clock);
    this.waits = new Waits(host.clock);
    this.locks = new NetLocks(anonymousStore, host.clock);
    const builtIn = builtInActions(new SharedValues({ store, locks: this.locks, maxValueBytes }));
    this.actions = new ActionTable([...builtIn, ...this.#ownActions(handlers, builtIn)]);
  }

  add(session: BanioSession): void {
    this.#sessions.add(session);
  }

  /** A connection has ended: what belongs to it alone goes. */
  remove(session: BanioSession): void {
    this.#sessions.delete(session);
    this.locks.forget(session);
  }

  broadcast(action: string, data: BanioData): number {
    const receivers = this.tags.get(action);
    const frames: { readonly encoding: Encoding; readonly frame: Uint8Array }[] = [];
    for (const session of receivers) {
      const { era, cipher } = session;
      let made = frames.find(({ encoding }) => encoding.era === era && encoding.cipher === cipher);
      if (made === undefined) {
        made = { encoding: { era, cipher }, frame: encodeMessage({ action, data }, { era, cipher }) };
        frames.push(made);
      }
      session.sendFrame(made.frame);
    }
    return receivers.length;
  }

  async request(request: BanioRequest): Promise<Uint8Array> {
    const { action, data, tag, id = randomUUID(), timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS } = request;
    const worker = this.#takeTurn(tag);
    if (worker === undefined) {
      const whom = tag === undefined ? 'BanIO client is connected' : `BanIO client has subscribed to ${tag}`;
      throw new PolywireError(ErrorCode.UNAVAILABLE, `no ${whom}, so ${action} was not sent`);
    }
    // It waits before it sends: a second use of an id throws here and reaches no worker.
    const result = this.waits.wait(id, timeoutMs);
    try {
      worker.send(action, data(id));
    } catch (thrown) {
      this.waits.fail(id, thrown);
    }
    return await result;
  }

  close(): void {
    this.waits.close();
    this.deadlines.clear();
  }

  /** The connection whose turn it is; it goes to the end of the row. */
  #takeTurn(tag: string | undefined): BanioSession | undefined {
    for (const session of this.#sessions) {
      if (tag !== undefined && !session.tags.has(tag)) continue;
      this.#sessions.delete(session);
      this.#sessions.add(session);
      return session;
    }
    return undefined;
  }

  /** @throws PolywireError CONFIG_INVALID */
  #ownActions(
    handlers: Readonly<Record<string, BanioHandler>>,
    builtIn: ReadonlyMap<string, Action>,
  ): (readonly [string, Action])[] {
    const onFailure = (name: string, thrown: unknown): void => {
      this.dropped.failed++;
      this.host.counters.errors++;
      this.logger.error(`the handler of the BanIO action ${name} failed`, { err: thrown });
    };
    return Object.entries(handlers).map(([name, handler]) => {
      if (name === '' || builtIn.has(name) || name.startsWith(RESULT_PREFIX)) {
        throw new PolywireError(
          ErrorCode.CONFIG_INVALID,
          `the BanIO action "${name}" cannot have a handler of its own`,
        );
      }
      const run: Action['run'] = (message, caller) => {
        try {
          const work = handler(message, caller);
          if (work !== undefined) caller.track(work.catch((thrown: unknown) => onFailure(name, thrown)));
        } catch (thrown) {
          onFailure(name, thrown);
        }
      };
      return [name, { allowsPlain: false, run }];
    });
  }
}
