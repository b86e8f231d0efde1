import type { ClientConformanceOptions, CodecUnderTest } from '@polywire/conformance';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

/** What is to be tested. */
export interface Subjects {
  readonly codecs: readonly CodecUnderTest[];
  readonly urls: readonly string[];
  readonly clients: readonly Required<Pick<ClientConformanceOptions, 'client' | 'transport'>>[];
  close(): Promise<void>;
}

/**
 * What was named on the command line. When nothing was: the generated codecs, a server of our own,
 * in this process, with a memory store on free ports, and our own client.
 *
 * @throws PolywireError INVALID_URL
 */
export async function subjectsOf(
  targets: readonly string[] | undefined,
  codecCommand: string | undefined,
  clientCommand: string | undefined,
): Promise<Subjects> {
  if (targets !== undefined || codecCommand !== undefined || clientCommand !== undefined) {
    const urls = targets ?? [];
    const wrong = urls.find((url) => !/^(ws|wss|tcp):\/\/[^/]/.test(url));
    if (wrong !== undefined) throw new PolywireError(ErrorCode.INVALID_URL, `"${wrong}" cannot be tested`);
    const codecs = codecCommand === undefined ? [] : [{ command: codecCommand }];
    const clients = clientCommand === undefined ? [] : overBoth({ command: clientCommand });
    return { codecs, urls, clients, close: async () => {} };
  }
  const { createServer, memory, tcp, ws } = await import('@polywire/server');
  const listeners = [ws({ port: 0 }), tcp({ port: 0 })];
  const server = await createServer({ listeners, store: memory(), conformance: true });
  const clients = overBoth('built-in');
  return { codecs: ['built-in'], urls: server.addresses, clients, close: () => server.close({ drainMs: 0 }) };
}

function overBoth(client: ClientConformanceOptions['client']): Subjects['clients'] {
  return [
    { client, transport: 'ws' },
    { client, transport: 'tcp' },
  ];
}
