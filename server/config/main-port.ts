import { describeValue } from './describe-value.js';
import type { Environment } from './read-environment.js';
import type { ListenConfig } from './server-config.js';

/** The older relay's variable for the port of its one listener. */
const variable = 'WS_PORT';

export interface MainPort {
  /** Undefined: not said. */
  readonly port: number | undefined;
  /** Where it was said, as an error begins. */
  readonly origin: string;
  /** What is wrong with it, in one line. */
  readonly problem: string | undefined;
}

/** Reads the port of the main listener from the environment. It beats the file, as every variable does. */
export function readMainPort(environment: Environment): MainPort {
  const text = environment[variable]?.trim() ?? '';
  const origin = `environment ${variable}`;
  if (text === '') return { port: undefined, origin, problem: undefined };
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return { port, origin, problem: undefined };
  const problem = `${origin}: the port must be a whole number from 0 to 65535; it is ${describeValue(variable, text)}`;
  return { port: undefined, origin, problem };
}

/** Place in the list of the listener that serves the relay's path: the first WebSocket listener of its wire or the native one; -1: there is none. */
export function mainListener(listen: readonly ListenConfig[]): number {
  return listen.findIndex(({ transport, dialect }) => transport === 'ws' && ['native', 'relay'].includes(dialect));
}

/** The listeners with the main one moved to a port. Where there is no main one nothing moves. */
export function withMainPort(listen: readonly ListenConfig[], port: number | undefined): readonly ListenConfig[] {
  if (port === undefined) return listen;
  const main = mainListener(listen);
  return listen.map((listener, i) => (i === main ? { ...listener, port } : listener));
}
