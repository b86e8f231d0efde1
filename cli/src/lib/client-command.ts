import { readFileSync } from 'node:fs';
import * as Flags from '@oclif/core/flags';
import type { Client } from '@polywire/sdk';
import { BaseCommand } from './base-command.js';
import { durationFlag } from './flags.js';
import { UsageError } from './usage-error.js';

const helpGroup = 'CONNECTION';
/** The last call is answered: the rest of the goodbye may go on without this process. */
const CLOSE_MS = 20;

export const connectionFlags = {
  url: Flags.string({
    description: 'Address of the server: ws:// or tcp://, over TLS wss://, tcps:// or quic://.',
    env: 'POLYWIRE_URL',
    default: 'ws://127.0.0.1:8080/polywire',
    helpGroup,
  }),
  token: Flags.string({
    description: 'Credentials. Other users of this machine can see flags; the variable is safer.',
    env: 'POLYWIRE_TOKEN',
    helpGroup,
  }),
  'tls-ca': Flags.string({
    description: 'PEM file of the CAs to trust. Default: those of Node.',
    env: 'POLYWIRE_TLS_CA',
    helpValue: 'FILE',
    helpGroup,
  }),
  'tls-cert': Flags.string({
    description: 'PEM file of a client certificate, for servers that ask for one.',
    env: 'POLYWIRE_TLS_CERT',
    helpValue: 'FILE',
    dependsOn: ['tls-key'],
    helpGroup,
  }),
  'tls-key': Flags.string({
    description: 'PEM file of its private key.',
    env: 'POLYWIRE_TLS_KEY',
    helpValue: 'FILE',
    dependsOn: ['tls-cert'],
    helpGroup,
  }),
  'tls-insecure': Flags.boolean({
    description:
      'Take any certificate of the server, such as the one that a QUIC server on this machine makes for itself.',
    env: 'POLYWIRE_TLS_INSECURE',
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
  readonly 'tls-ca'?: string | undefined;
  readonly 'tls-cert'?: string | undefined;
  readonly 'tls-key'?: string | undefined;
  readonly 'tls-insecure'?: boolean | undefined;
  /** The identity to connect with. Left out: none. */
  readonly client?: string | undefined;
}

/**
 * What the TLS flags say, with the files that they name.
 * @throws UsageError for a file that cannot be read
 */
export function tlsOptions(flags: ConnectionValues): { ca?: string; cert?: string; key?: string; insecure?: boolean } {
  const { 'tls-ca': ca, 'tls-cert': cert, 'tls-key': key } = flags;
  return {
    ...(ca !== undefined && { ca: readFlagFile('tls-ca', ca) }),
    ...(cert !== undefined && { cert: readFlagFile('tls-cert', cert) }),
    ...(key !== undefined && { key: readFlagFile('tls-key', key) }),
    ...(flags['tls-insecure'] === true && { insecure: true }),
  };
}

function readFlagFile(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw new UsageError(`--${flag}: cannot read ${path} (${(thrown as NodeJS.ErrnoException).code})`);
  }
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
      // A command says at once that its server is gone.
      reconnect: false,
      ...(flags.token !== undefined && { token: flags.token }),
      ...(flags.client !== undefined && { clientId: flags.client }),
      tls: tlsOptions(flags),
    });
    try {
      return await use(client);
    } finally {
      await Promise.race([client.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]);
    }
  }
}
