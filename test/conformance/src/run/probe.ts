import { Connection, canDial } from '../peer/connection.js';
import { Trace } from '../peer/trace.js';
import { sessionFeatures } from './features.js';

/** The run could not begin: this is no verdict on the implementation. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** What a server says of itself in its Hello reply. */
export interface ServerFacts {
  readonly agent: string;
  readonly serviceIds: readonly number[];
  /** Features of sessions that the Welcome shows; `sessionFeatures` names all of them. */
  readonly features: readonly string[];
  /** Variables for suites: the limits, and `ack_level`. */
  readonly variables: ReadonlyMap<string, string | number>;
}

interface Welcome {
  readonly resumeToken: string;
  readonly heartbeatMs: number;
  readonly agent: string;
  readonly serviceIds: readonly number[];
  readonly ackLevel: string;
  readonly limits?: {
    maxPayloadBytes: number;
    maxValueBytes: number;
    maxKeyBytes: number;
    maxCalls: number;
    maxMessageBytes: number;
    maxSubscriptions: number;
  };
}

// What is assumed of a server that sends no limits.
const MODEST = {
  maxPayloadBytes: 1_048_576,
  maxValueBytes: 524_288,
  maxKeyBytes: 1_024,
  maxCalls: 128,
  maxMessageBytes: 0,
  maxSubscriptions: 0,
};

// Cases wait for some heartbeats, and make every subscription that is allowed.
const MAX_HEARTBEAT_MS = 2_000;
const MAX_SUBSCRIPTIONS = 2_000;

function featuresOfSession(welcome: Welcome, limits: NonNullable<Welcome['limits']>): string[] {
  const { heartbeatMs, resumeToken } = welcome;
  const { maxMessageBytes, maxPayloadBytes, maxSubscriptions } = limits;
  const present: Record<(typeof sessionFeatures)[number], boolean> = {
    'session.resume': resumeToken !== '',
    'session.fragments': maxMessageBytes > maxPayloadBytes,
    'session.short-heartbeat': heartbeatMs > 0 && heartbeatMs <= MAX_HEARTBEAT_MS,
    'session.few-subscriptions': maxSubscriptions > 0 && maxSubscriptions <= MAX_SUBSCRIPTIONS,
  };
  return sessionFeatures.filter((feature) => present[feature]);
}

/** Says Hello once, to learn what the server has. @throws SetupError */
export async function probe(target: string, timeoutMs: number): Promise<ServerFacts> {
  if (!canDial(target))
    throw new SetupError(`"${target}" cannot be dialled; use ws://, wss:// or tcp:// with host and port`);
  const connection = await Connection.open(target, 0, new Trace(), timeoutMs).catch((error: Error) => {
    throw new SetupError(`no connection to ${target}: ${error.message}; start the server, or name another target`);
  });
  try {
    const welcome = (await connection.hello('', timeoutMs)) as unknown as Welcome;
    const limits = welcome.limits ?? MODEST;
    return {
      agent: welcome.agent,
      serviceIds: welcome.serviceIds,
      features: featuresOfSession(welcome, limits),
      variables: new Map<string, string | number>([
        ['max_payload_bytes', limits.maxPayloadBytes || MODEST.maxPayloadBytes],
        ['max_value_bytes', limits.maxValueBytes || MODEST.maxValueBytes],
        ['max_key_bytes', limits.maxKeyBytes || MODEST.maxKeyBytes],
        ['max_calls', limits.maxCalls || MODEST.maxCalls],
        ['max_message_bytes', limits.maxMessageBytes],
        ['max_subscriptions', limits.maxSubscriptions],
        ['heartbeat_ms', welcome.heartbeatMs],
        ['ack_level', welcome.ackLevel],
      ]),
    };
  } catch (error) {
    throw new SetupError(`${target} does not answer Hello: ${(error as Error).message}`);
  } finally {
    connection.cut();
  }
}
