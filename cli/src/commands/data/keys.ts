import * as Args from '@oclif/core/args';
import type { Client } from '@polywire/sdk';
import { ClientCommand, clientIdFlag } from '../../lib/client-command.js';
import { write, writeJsonArray } from '../../lib/output.js';
import { pages } from '../../lib/pages.js';
import { oneLine } from '../../lib/show-text.js';

const KEYS_A_PAGE = 1_000;

export default class DataKeys extends ClientCommand {
  static override summary = "List the keys of a client's store, in byte order.";
  static override description = 'Prints one key a line, with control characters escaped; --json has them exactly.';
  static override examples = [
    '<%= config.bin %> data keys --client CS001',
    '<%= config.bin %> data keys config/ --client CS001 --json',
  ];
  static override args = {
    prefix: Args.string({ description: 'Only keys that begin with it. Default: all.', default: '', ignoreStdin: true }),
  };
  static override flags = { client: clientIdFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DataKeys);
    const list = (client: Client) =>
      pages(async (cursor) => {
        const page = await client.data.listKeys({ prefix: args.prefix, limit: KEYS_A_PAGE, cursor });
        return { items: page.keys, cursor: page.cursor };
      });
    await this.withClient(flags, async (client) => {
      if (this.jsonEnabled()) return writeJsonArray(list(client), (key) => key);
      for await (const key of list(client)) await write(`${oneLine(key)}\n`);
    });
  }
}
