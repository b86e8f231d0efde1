import { Requirement } from '@polywire/protocol/polywire.conformance.v1';
import type { ServedTransport } from '../peer/peer-server.js';
import type { ClientStage } from './client-stage.js';

/** One thing that a client under test must or should do. */
export interface ClientCase {
  readonly name: string;
  readonly requirement: Requirement;
  readonly description: string;
  /** Only on this transport. Default: on all. */
  readonly only?: ServedTransport;
  /** @throws Error when it does not hold */
  run(stage: ClientStage): Promise<void>;
}

type Run = ClientCase['run'];

export function must(name: string, description: string, run: Run, only?: ServedTransport): ClientCase {
  return { name, description, requirement: Requirement.MUST, run, ...(only !== undefined && { only }) };
}

export function should(name: string, description: string, run: Run, only?: ServedTransport): ClientCase {
  return { ...must(name, description, run, only), requirement: Requirement.SHOULD };
}
