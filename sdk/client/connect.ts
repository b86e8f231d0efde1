import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { SessionService } from '@polywire/protocol/polywire.session.v1';
import { schemaHash } from '@polywire/protocol/schema-hash';
import { backoffMs, CallEngine, type Clock, createClient, PolywireError, ServiceRegistry } from '../core/index.js';
import { agent } from './agent.js';
import { Client } from './client.js';
import type { Dial, Dialers, Link, LinkHandler } from './dialer.js';

export interface ConnectOptions {
  /** Identity that owns a data space across connections. Default: anonymous, the space ends with the connection. */
  readonly clientId?: string;
  /** Credentials. Default: none. */
  readonly token?: string;
  /** Milliseconds that connecting and Hello may take. Default: 10,000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds that a call may take when it does not say. Default: 10,000. 0: no limit. */
  readonly timeoutMs?: number;
  /** How often to try again when the server cannot be reached. Default: 0. */
  readonly retries?: number;
  /** Bytes of received items that may wait for a slow reader of a stream. Default: 4 MiB. */
  readonly maxStreamBytes?: number;
  /** Withdraws connecting. */
  readonly signal?: AbortSignal;
}

/** What a platform brings along. */
export interface Platform {
  readonly dialers: Dialers;
  readonly clock: Clock;
  /** A number from 0 up to, not including, 1. */
  random(): number;
  /** Runs a function once, after the present turn. */
  defer(run: () => void): void;
}

/** Largest payload to accept, in bytes. */
const MAX_PAYLOAD_BYTES = 16_777_216;
/** Largest payload to send before the server has said its limit. */
const MAX_FIRST_PAYLOAD_BYTES = 65_536;
const BACKOFF = { firstMs: 100, maxMs: 5_000 };

/** Connects and says Hello. */
export async function connectWith(platform: Platform, address: string | URL, options: ConnectOptions): Promise<Client> {
  const url = parseAddress(address, platform.dialers);
  const retries = options.retries ?? 0;
  for (let attempt = 0; ; attempt++) {
    try {
      return await connectOnce(platform, url, options);
    } catch (thrown) {
      const error = PolywireError.from(thrown);
      if (attempt >= retries || !error.retryable) throw error;
      const delayMs = Math.max(error.retryAfterMs, backoffMs(attempt, platform.random(), BACKOFF));
      await new Promise<void>((resolve) => platform.clock.setTimer(delayMs, resolve));
    }
  }
}

async function connectOnce(platform: Platform, url: URL, options: ConnectOptions): Promise<Client> {
  const timeoutMs = options.connectTimeoutMs ?? 10_000;
  const maxStreamBytes = options.maxStreamBytes ?? 4_194_304;
  const registry = new ServiceRegistry();
  let link: Link | undefined;
  let client: Client | undefined;
  let peerError: PolywireError | undefined;
  const engine = new CallEngine({
    clock: platform.clock,
    registry,
    peer: { sessionId: '', clientId: '' },
    send: (bytes) => link?.send(bytes) ?? false,
    defer: platform.defer,
    maxPayloadBytes: MAX_PAYLOAD_BYTES,
    maxSendPayloadBytes: MAX_FIRST_PAYLOAD_BYTES,
    maxStreamBytes,
    maxCalls: 1_024,
    onPeerError: (error) => {
      peerError = error;
    },
  });
  const handler: LinkHandler = {
    onBytes: (bytes) => {
      try {
        engine.receive(bytes);
      } catch (thrown) {
        peerError = PolywireError.from(thrown);
        link?.close();
      }
    },
    onWritable: () => engine.onWritable(),
    onClose: (error) => {
      const reason = peerError ?? error;
      engine.close(reason);
      client?.onClosed(reason);
    },
  };
  // parseAddress has seen that there is one.
  const dial = platform.dialers[url.protocol] as Dial;
  link = await dial(url, { timeoutMs, signal: options.signal }, handler);
  engine.framed = link.framed;
  try {
    const session = createClient(SessionService, () => engine, { timeoutMs, maxStreamBytes });
    const hello = { clientId: options.clientId ?? '', token: options.token ?? '', agent, schemaHash };
    const welcome = await session.hello(hello, options.signal === undefined ? {} : { signal: options.signal });
    if (welcome.limits !== undefined) engine.maxSendPayloadBytes = welcome.limits.maxPayloadBytes;
    client = new Client({ engine, registry, link, welcome, timeoutMs: options.timeoutMs ?? 10_000, maxStreamBytes });
    return client;
  } catch (thrown) {
    link.close();
    throw peerError ?? thrown;
  }
}

function parseAddress(address: string | URL, dialers: Dialers): URL {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw invalidUrl(`"${String(address)}" is not a URL`, dialers);
  }
  if (!Object.hasOwn(dialers, url.protocol)) throw invalidUrl(`${url.protocol}// cannot be dialled from here`, dialers);
  if (url.hostname === '') throw invalidUrl(`"${String(address)}" names no host`, dialers);
  return url;
}

function invalidUrl(what: string, dialers: Dialers): PolywireError {
  const known = Object.keys(dialers).map((scheme) => `${scheme}//`);
  return new PolywireError(ErrorCode.INVALID_URL, `${what}; use ${known.join(' or ')}`);
}
