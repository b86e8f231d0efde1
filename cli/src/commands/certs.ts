import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../lib/base-command.js';
import { countFlag } from '../lib/flags.js';
import { oneLine } from '../lib/show-text.js';
import { UsageError } from '../lib/usage-error.js';

/** Other users must not read a private key. */
const PRIVATE = 0o600;

export default class Certs extends BaseCommand {
  static override summary = 'Make a test CA with a server and a client certificate.';
  static override description =
    "Writes ca.pem, server.pem, client.pem and their private keys *-key.pem (PKCS#8) and prints the files. Keys are on P-256. Nobody else trusts this CA: it is for tests and machines of one's own. Existing files are kept, and the command fails, unless --force is given.";
  static override examples = [
    '<%= config.bin %> certs --out certs',
    '<%= config.bin %> certs --out certs --host localhost --host 192.168.1.5 --client CS001',
  ];
  static override flags = {
    out: Flags.string({ description: 'Folder to write to.', helpValue: 'DIR', default: 'certs' }),
    host: Flags.string({
      description: 'Name or address that clients reach the server by. Default: localhost, 127.0.0.1 and ::1.',
      helpValue: 'HOST',
      multiple: true,
    }),
    client: Flags.string({ description: 'Common name of the client.', helpValue: 'NAME', default: 'client' }),
    days: countFlag({ description: 'How long the certificates are valid.', default: 365 }),
    force: Flags.boolean({ description: 'Replace existing files.' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Certs);
    const { makeTestCertificates } = await import('@polywire/server');
    const { host: hosts, client, days } = flags;
    const made = makeTestCertificates({ client, days, ...(hosts !== undefined && { hosts }) });
    const files = Object.entries(made).flatMap(([name, { cert, key }]) => [
      { path: join(flags.out, `${name}.pem`), text: cert, mode: undefined },
      { path: join(flags.out, `${name}-key.pem`), text: key, mode: PRIVATE },
    ]);
    const present = files.find(({ path }) => existsSync(path));
    if (present !== undefined && !flags.force) {
      throw new UsageError(`${present.path} exists already; say --force to replace it, or another --out`);
    }
    mkdirSync(flags.out, { recursive: true });
    for (const { path, text, mode } of files) {
      writeFileSync(path, text, { ...(mode !== undefined && { mode }) });
      this.log(oneLine(path));
    }
    return { files: files.map(({ path }) => path) };
  }
}
