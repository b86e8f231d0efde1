import type { Buffer } from 'node:buffer';
import { createClient } from 'redis';

/** Redis is asked for a sign of life this often, */
const PING_INTERVAL_MS = 2_000;
/** and given up after a silence this long: nothing came, not even an answer to the ping. */
const SILENCE_MS = 6_000;

export interface RedisSubscriptionOptions {
  /** redis:// or rediss://. */
  readonly url: string;
  readonly channels: readonly string[];
  readonly patterns: readonly string[];
  /** @param pattern the pattern that selected the message; undefined: its channel was named. Both are borrowed. */
  onMessage(channel: Buffer, payload: Buffer, pattern: string | undefined): void;
  /** Default: 2,000. */
  readonly pingIntervalMs?: number;
  /** Default: 6,000. */
  readonly silenceMs?: number;
}

/** Subscriptions that Redis has confirmed, on a connection of their own. */
export interface RedisSubscription {
  /** Resolves with the reason when the connection has ended, also after `close`. */
  readonly ended: Promise<Error>;
  close(): void;
}

/** One attempt. */
export interface RedisAttempt {
  /**
   * Resolves when every subscription is confirmed. Rejects when Redis cannot be reached, refuses
   * or is silent; nothing is left open then.
   */
  readonly subscribed: Promise<RedisSubscription>;
  /** Ends the attempt and what came of it. */
  close(): void;
}

/**
 * Connects and subscribes, once: whoever calls decides when to try again. The older protocol
 * (RESP 2) is spoken, so that every version of Redis understands.
 */
export function subscribeToRedis(options: RedisSubscriptionOptions): RedisAttempt {
  const silenceMs = options.silenceMs ?? SILENCE_MS;
  const client = createClient({
    url: options.url,
    RESP: 2,
    pingInterval: options.pingIntervalMs ?? PING_INTERVAL_MS,
    socket: { reconnectStrategy: false, connectTimeout: silenceMs, socketTimeout: silenceMs },
  });
  let failure: Error | undefined;
  const ended = new Promise<Error>((resolve) => {
    client.on('error', (error: Error) => {
      failure ??= error;
    });
    const end = (cause?: Error): void => resolve(failure ?? cause ?? new Error('the connection was closed'));
    client.on('terminated', end);
    client.on('end', () => end());
  });
  const subscribed = connectAndSubscribe().catch((error: unknown) => {
    client.destroy();
    throw error;
  });
  return { subscribed, close: () => client.destroy() };

  async function connectAndSubscribe(): Promise<RedisSubscription> {
    await client.connect();
    const { channels, patterns, onMessage } = options;
    const waits: Promise<void>[] = [];
    if (channels.length > 0) {
      waits.push(client.subscribe([...channels], (payload, channel) => onMessage(channel, payload, undefined), true));
    }
    for (const pattern of patterns) {
      waits.push(client.pSubscribe(pattern, (payload, channel) => onMessage(channel, payload, pattern), true));
    }
    const lost = ended.then((error) => {
      throw error;
    });
    await Promise.race([Promise.all(waits), lost]);
    return { ended, close: () => client.destroy() };
  }
}
