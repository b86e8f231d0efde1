import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

export interface Targets {
  readonly urls: readonly string[];
  close(): Promise<void>;
}

/**
 * The servers under test: those that are given, or one of our own, in this process, with a memory
 * store on free ports.
 *
 * @throws PolywireError INVALID_URL
 */
export async function targetsOf(given: readonly string[] | undefined): Promise<Targets> {
  if (given !== undefined) {
    const wrong = given.find((url) => !/^(ws|wss|tcp):\/\/[^/]/.test(url));
    if (wrong !== undefined) throw new PolywireError(ErrorCode.INVALID_URL, `"${wrong}" cannot be tested`);
    return { urls: given, close: async () => {} };
  }
  const { createServer, memory, tcp, ws } = await import('@polywire/server');
  const listeners = [ws({ port: 0 }), tcp({ port: 0 })];
  const server = await createServer({ listeners, store: memory(), conformance: true });
  return { urls: server.addresses, close: () => server.close({ drainMs: 0 }) };
}
