import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import type { HelloResponse } from '@polywire/protocol/polywire.session.v1';
import { schemaHash } from '@polywire/protocol/schema-hash';
import type { CallsDescriptor } from '@polywire/protocol/wire';
import { type CreateClientOptions, createClient, type Fragments, PolywireError } from '../core/index.js';
import { agent } from './agent.js';
import { callDefaults } from './call-defaults.js';
import { parseAddress } from './connect.js';
import { Connection } from './connection.js';
import type { ConnectionEnd } from './connection-end.js';
import type { Heartbeats } from './heartbeat.js';
import type { OncePlatform } from './platform.js';

/** What a client of one connection can be told; as of `connect()`. */
export interface OnceOptions {
  /** Identity that owns a data space across connections. Default: anonymous, the space ends with the session. */
  readonly clientId?: string;
  /** Credentials. Default: none. */
  readonly token?: string;
  /** Milliseconds that connecting, and then Hello, may take. Default: 10,000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds that a call may take when it does not say. Default: 10,000. 0: no limit. */
  readonly timeoutMs?: number;
  /** Bytes of received items that may wait for a slow reader of a stream. Default: 4 MiB. */
  readonly maxStreamBytes?: number;
  /** `fragments`: messages that are larger than one packet move in pieces. Default: they fail with PACKET_TOO_LARGE. */
  readonly fragments?: Fragments;
  /**
   * `heartbeats`: a server that has fallen silent, as over a network that went away without a word, is found and ends the
   * client with HEARTBEAT_LOST. Default: then only calls find it, by their deadlines.
   */
  readonly heartbeats?: Heartbeats;
  /** Withdraws connecting. */
  readonly signal?: AbortSignal;
}

/**
 * A client over one connection: calls, streams, deadlines. When the connection ends, so does the client,
 * and what is running fails with the reason. Made by `connectOnce()`.
 */
export class OnceClient {
  readonly #connection: Connection;
  readonly #closed: Promise<PolywireError>;
  readonly #callDefaults: CreateClientOptions;

  constructor(connection: Connection, closed: Promise<PolywireError>, defaults: CreateClientOptions) {
    this.#connection = connection;
    this.#closed = closed;
    this.#callDefaults = defaults;
  }

  /** What the server said to Hello: session id, limits, services, level of its acks. */
  get welcome(): HelloResponse {
    return this.#connection.welcome as HelloResponse;
  }

  /** The typed client of any generated service: of `FooCalls`, or of `Foo`, which brings a server's half along. */
  use<ServiceClient>(service: CallsDescriptor<ServiceClient>): ServiceClient {
    return createClient(service, () => this.#connection.engine, this.#callDefaults);
  }

  /** Resolves when the connection has ended, with the reason; CANCELLED when this side closed it. */
  closed(): Promise<PolywireError> {
    return this.#closed;
  }

  /** Ends the client at once. Running calls fail with CANCELLED. Resolves when its connection has ended. */
  close(): Promise<void> {
    return this.#connection.close(new PolywireError(ErrorCode.CANCELLED, 'this client was closed'));
  }
}

/** Opens one connection, which is not replaced. */
export async function connectOnceWith(
  platform: OncePlatform,
  address: string | URL,
  options: OnceOptions,
): Promise<OnceClient> {
  const url = parseAddress(address, platform.dialers);
  const { connectTimeoutMs = 10_000, clientId = '', token = '', fragments, heartbeats, signal } = options;
  const defaults = callDefaults(options);
  let onLost: (end: ConnectionEnd) => void = () => {};
  const closed = new Promise<PolywireError>((resolve) => {
    onLost = ({ error }) => resolve(error);
  });
  const parts = { fragments, heartbeats, onLost };
  const connection = new Connection(platform, { ...defaults, ...parts, timeoutMs: connectTimeoutMs });
  const hello = { clientId, token, agent, schemaHash };
  await connection.open(url, hello, signal);
  return new OnceClient(connection, closed, defaults);
}
