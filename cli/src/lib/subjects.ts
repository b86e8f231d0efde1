import type { CodecUnderTest } from '@polywire/conformance';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

/** What is to be tested. */
export interface Subjects {
  readonly codecs: readonly CodecUnderTest[];
  readonly urls: readonly string[];
  close(): Promise<void>;
}

/**
 * What was named on the command line. When nothing was: the generated codecs, and a server of our
 * own, in this process, with a memory store on free ports.
 *
 * @throws PolywireError INVALID_URL
 */
export async function subjectsOf(
  targets: readonly string[] | undefined,
  codecCommand: string | undefined,
): Promise<Subjects> {
  if (targets !== undefined || codecCommand !== undefined) {
    const urls = targets ?? [];
    const wrong = urls.find((url) => !/^(ws|wss|tcp):\/\/[^/]/.test(url));
    if (wrong !== undefined) throw new PolywireError(ErrorCode.INVALID_URL, `"${wrong}" cannot be tested`);
    return { codecs: codecCommand === undefined ? [] : [{ command: codecCommand }], urls, close: async () => {} };
  }
  const { createServer, memory, tcp, ws } = await import('@polywire/server');
  const listeners = [ws({ port: 0 }), tcp({ port: 0 })];
  const server = await createServer({ listeners, store: memory(), conformance: true });
  return { codecs: ['built-in'], urls: server.addresses, close: () => server.close({ drainMs: 0 }) };
}
