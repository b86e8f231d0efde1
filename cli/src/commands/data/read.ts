import { ClientCommand, clientIdFlag } from '../../lib/client-command.js';
import { keyArg, keyFlag, keyOf } from '../../lib/key-value-input.js';
import { missingKey } from '../../lib/missing-key.js';
import { printValue } from '../../lib/print-value.js';
import { valueJson } from '../../lib/show-value.js';

export default class DataRead extends ClientCommand {
  static override summary = "Print a value of a client's store and nothing else.";
  static override description =
    'Text gets a line end; bytes are printed exactly as they are. On a terminal, control characters are escaped. A key that is not there ends the command with exit code 3.';
  static override examples = [
    '<%= config.bin %> data read name --client CS001',
    '<%= config.bin %> data read firmware --client CS001 > fw.bin',
  ];
  static override args = { key: keyArg };
  static override flags = { client: clientIdFlag, key: keyFlag };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(DataRead);
    const key = keyOf(args, flags);
    const { found, value, kind, revision } = await this.withClient(flags, (client) => client.data.read({ key }));
    if (!found) throw missingKey(key);
    if (!this.jsonEnabled()) await printValue(value, kind, process.stdout.isTTY);
    return { client: flags.client, key, ...valueJson(value, kind), revision };
  }
}
