import { KvService, type KvServiceHandler } from '@polywire/protocol/polywire.kv.v1';
import type { HelloResponseInit } from '@polywire/protocol/polywire.session.v1';
import type { ServiceRegistry } from '../core/index.js';
import { connectToMemory, FakeClock, type MemoryClientOptions, MemoryServer } from '../testing/index.js';
import { settled } from './io-client.cases.js';

export interface Setup {
  readonly kv?: Partial<KvServiceHandler>;
  readonly offer?: (services: ServiceRegistry) => void;
  readonly client?: MemoryClientOptions;
  readonly welcome?: HelloResponseInit;
  readonly resumes?: boolean;
}

/** A client of a server in memory, with time that stands still. Tries begin 250 ms after a loss. */
export async function setUp({ kv, offer, client: options, welcome, resumes = true }: Setup = {}) {
  const clock = new FakeClock();
  let sessions = 0;
  const server = new MemoryServer(
    (services) => {
      if (kv !== undefined) services.add(KvService, kv);
      offer?.(services);
    },
    {
      clock,
      welcome: ({ resume }) => ({
        sessionId: resume !== undefined && resumes ? resume.sessionId : `session-${++sessions}`,
        resumeToken: 'proof',
        resumed: resume !== undefined && resumes,
        ...welcome,
      }),
    },
  );
  const client = await connectToMemory(server, 'memory://server', { clock, random: () => 0.5, ...options });
  /** Cuts the connection; the next one stands when this resolves. */
  const comeBack = async (): Promise<void> => {
    server.connection.cut();
    clock.advance(2_000);
    await settled();
  };
  return { clock, server, client, comeBack };
}
