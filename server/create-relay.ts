import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type Clock, PolywireError } from '@polywire/sdk/core';
import { type RedisState, RedisSubscriber } from './bus/redis-subscriber.js';
import { checkRelay } from './config/check-relay.js';
import { isRelayOn, relayToken } from './config/relay-token.js';
import type { ListenConfig, RelayConfig } from './config/server-config.js';
import type { Logger } from './log.js';
import { RelayFeed } from './services/relay-feed.js';
import { SecretText } from './services/secret-text.js';

/** A server that says it is ready forwards already, unless Redis takes longer than this. */
const START_MS = 1_000;
const HOW_TO_SAY_IT = 'set relay.token or WS_AUTH_TOKEN';

/** What everything that serves the relay shares. */
export interface Relay {
  readonly config: RelayConfig;
  readonly feed: RelayFeed;
  readonly token: SecretText;
  /** Resolves when the first attempt to subscribe has ended, well or not, or after a second. */
  readonly settled: Promise<void>;
}

/** @throws PolywireError CONFIG_INVALID */
export function refuseFaultyRelay(config: RelayConfig, listen: readonly ListenConfig[]): void {
  const problems = checkRelay(config, listen, (_, text) => text);
  if (problems.length > 0) throw new PolywireError(ErrorCode.CONFIG_INVALID, problems.join('\n'));
}

/**
 * Starts the relay, if it has what it needs. That Redis cannot be reached is no failure: it is
 * tried again until it can.
 */
export async function createRelay(
  config: RelayConfig,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<Relay | undefined> {
  if (!isRelayOn(config)) {
    if (config.redisUrl !== '') logger.warn(`the relay is off: Redis is named, but no token; ${HOW_TO_SAY_IT}`);
    return undefined;
  }
  // Loaded only where there is a relay: the client has several hundred modules.
  const { subscribeToRedis } = await import('./bus/redis-subscription.js');
  const { channels, patterns, maxMessageBytes } = config;
  const feed = new RelayFeed({ channels, patterns, maxMessageBytes, now: () => clock.now() });
  const place = `Redis at ${new URL(config.redisUrl).host}`;
  const report = reporter(place, feed, logger);
  const subscriber = new RedisSubscriber({
    attempt: () =>
      subscribeToRedis({
        url: config.redisUrl,
        channels: feed.channels,
        patterns: feed.patterns,
        onMessage: (channel, payload, pattern) => feed.receive(channel, payload, pattern),
      }),
    onState: (state, reason) => {
      report.state(state, reason);
      feed.noteState(state);
    },
    onFailure: report.failure,
    clock,
  });
  feed.use(subscriber);
  subscriber.start();
  const started = new Promise<void>((resolve) => clock.setTimer(START_MS, resolve));
  const settled = Promise.race([subscriber.settled, started]);
  return { config, feed, token: new SecretText(relayToken(config)), settled };
}

/** Logs what changes, and not every attempt: a reason that stays the same is said once. */
function reporter(place: string, feed: RelayFeed, logger: Logger) {
  let said: string | undefined;
  return {
    state(state: RedisState, reason: Error | undefined): void {
      said = undefined;
      if (state === 'reconnecting') logger.warn(`${place} was lost: ${textOf(reason)}; connecting again`);
      if (state !== 'subscribed') return;
      logger.info(`relay: subscribed to ${[...feed.channels, ...feed.patterns].join(', ')} of ${place}`);
    },
    failure(reason: Error): void {
      const text = textOf(reason);
      if (text === said) return;
      said = text;
      logger.warn(`${place} cannot be subscribed to: ${text}; trying until it can`);
    },
  };
}

/** A refused connection to a name with several addresses has its text in the first of its errors. */
function textOf(reason: Error | undefined): string {
  if (reason === undefined) return 'the connection ended';
  const first: unknown = reason instanceof AggregateError ? reason.errors[0] : undefined;
  return first instanceof Error ? first.message : reason.message;
}
