import { levelName } from '../../lib/ack.js';
import { ClientCommand, clientIdFlag } from '../../lib/client-command.js';

export default class DataClear extends ClientCommand {
  static override summary = "Remove every key of a client's store.";
  static override description = 'Prints how many there were. A store that is empty already is no failure.';
  static override examples = ['<%= config.bin %> data clear --client CS001'];
  static override flags = { client: clientIdFlag };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(DataClear);
    const { removed, level } = await this.withClient(flags, (client) => client.data.clear({}));
    this.log(`${removed} removed (${levelName(level)})`);
    return { client: flags.client, removed, level: levelName(level) };
  }
}
