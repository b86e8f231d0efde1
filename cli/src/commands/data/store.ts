import { levelName } from '../../lib/ack.js';
import { ClientCommand, clientIdFlag } from '../../lib/client-command.js';
import { keyAndSource, keyArg, keyFlag, readValue, valueArg, valueFlags } from '../../lib/key-value-input.js';

export default class DataStore extends ClientCommand {
  static override summary = "Write a value into a client's store.";
  static override description =
    'Prints the revision of the write and what its acknowledgement means: volatile, os or disk.';
  static override examples = [
    '<%= config.bin %> data store name "Station 1" --client CS001',
    '<%= config.bin %> data store --client CS001 --key name --value "Station 1"',
    '<%= config.bin %> data store firmware --file fw.bin --client CS001',
  ];
  static override args = { key: keyArg, value: valueArg };
  static override flags = { client: clientIdFlag, key: keyFlag, ...valueFlags };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(DataStore);
    const { key, source } = keyAndSource(args, flags);
    const value = await readValue(source, flags.kind);
    const { revision, level } = await this.withClient(flags, (client) => client.data.store({ key, ...value }));
    this.log(`revision ${revision} (${levelName(level)})`);
    return { client: flags.client, key, revision, level: levelName(level) };
  }
}
