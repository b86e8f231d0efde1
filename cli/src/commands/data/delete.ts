import { levelName } from '../../lib/ack.js';
import { ClientCommand, clientIdFlag } from '../../lib/client-command.js';
import { keyArg, keyFlag, keyOf } from '../../lib/key-value-input.js';
import { missingKey } from '../../lib/missing-key.js';

export default class DataDelete extends ClientCommand {
  static override summary = "Delete a key of a client's store.";
  static override description = 'A key that is not there ends the command with exit code 3.';
  static override examples = ['<%= config.bin %> data delete name --client CS001'];
  static override args = { key: keyArg };
  static override flags = { client: clientIdFlag, key: keyFlag };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(DataDelete);
    const key = keyOf(args, flags);
    const { deleted, level } = await this.withClient(flags, (client) => client.data.delete({ key }));
    if (!deleted) throw missingKey(key);
    this.log(`deleted (${levelName(level)})`);
    return { client: flags.client, key, level: levelName(level) };
  }
}
