import { Flags } from '@oclif/core';
import type { Client } from '@polywire/sdk';
import { BaseCommand } from './base-command.js';
import { durationFlag } from './flags.js';

const helpGroup = 'CONNECTION';
/** The last call is answered: the rest of the goodbye may go on without this process. */
const CLOSE_MS = 20;

export const connectionFlags = {
  url: Flags.string({
    description: 'Address of the server: ws://, wss:// or tcp://.',
    env: 'POLYWIRE_URL',
    default: 'ws://127.0.0.1:8080/polywire',
    helpGroup,
  }),
  token: Flags.string({
    description: 'Credentials. Other users of this machine can see flags; the variable is safer.',
    env: 'POLYWIRE_TOKEN',
    helpGroup,
  }),
  timeout: durationFlag({
    description: 'What connecting, and then each call, may take.',
    default: 10_000,
    defaultHelp: async () => '10s',
    helpGroup,
  }),
};

export const clientIdFlag = Flags.string({
  description: 'The client whose store it is.',
  helpValue: 'ID',
  required: true,
});

interface ConnectionValues {
  readonly url: string;
  readonly token?: string | undefined;
  readonly timeout: number;
  /** The identity to connect with. Left out: none. */
  readonly client?: string | undefined;
}

/** A command that talks to a server. */
export abstract class ClientCommand extends BaseCommand {
  static override baseFlags = connectionFlags;

  /** Connects, runs `use`, and ends the connection whatever happens. */
  protected async withClient<T>(flags: ConnectionValues, use: (client: Client) => Promise<T>): Promise<T> {
    const { connect } = await import('@polywire/sdk');
    const client = await connect(flags.url, {
      connectTimeoutMs: flags.timeout,
      timeoutMs: flags.timeout,
      ...(flags.token !== undefined && { token: flags.token }),
      ...(flags.client !== undefined && { clientId: flags.client }),
    });
    try {
      return await use(client);
    } finally {
      await Promise.race([client.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]);
    }
  }
}
