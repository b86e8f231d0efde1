import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { Client } from '@polywire/sdk';
import { ClientCommand } from '../../lib/client-command.js';
import { write, writeJsonArray } from '../../lib/output.js';
import { pages } from '../../lib/pages.js';
import { entryJson, entryLine } from '../../lib/show-entry.js';
import { oneLine } from '../../lib/show-text.js';

const KEYS_A_PAGE = 1_000;
const VALUES_A_PAGE = 100;

export default class KvList extends ClientCommand {
  static override summary = 'List keys, in byte order.';
  static override description =
    'Prints one key a line, or with --values key and value with a tab between them. Control characters are escaped, and a value that is not UTF-8 is written as 0x and its bytes; --json has everything exactly.';
  static override examples = [
    '<%= config.bin %> kv list',
    '<%= config.bin %> kv list user/ --values',
    '<%= config.bin %> kv list user/ --json',
  ];
  static override args = {
    prefix: Args.string({ description: 'Only keys that begin with it. Default: all.', default: '', ignoreStdin: true }),
  };
  static override flags = { values: Flags.boolean({ description: 'Print the values too.' }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(KvList);
    const { prefix } = args;
    const scan = (client: Client) =>
      pages(async (cursor) => {
        const limit = flags.values ? VALUES_A_PAGE : KEYS_A_PAGE;
        const page = await client.kv.scan({ prefix, limit, cursor, keysOnly: !flags.values });
        return { items: page.entries, cursor: page.cursor };
      });
    await this.withClient(flags, async (client) => {
      if (this.jsonEnabled()) {
        return writeJsonArray(scan(client), (entry) =>
          flags.values ? entryJson(entry) : { key: entry.key, revision: entry.revision },
        );
      }
      for await (const entry of scan(client)) {
        await write(`${flags.values ? entryLine(entry) : oneLine(entry.key)}\n`);
      }
    });
  }
}
