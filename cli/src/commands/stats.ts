import { AdminServiceCalls } from '@polywire/protocol/polywire.admin.v1';
import { levelName } from '../lib/ack.js';
import { ClientCommand } from '../lib/client-command.js';
import { write } from '../lib/output.js';

export default class Stats extends ClientCommand {
  static override summary = 'Print what the server has counted since it started.';
  static override description =
    'One line a value: its name, a tab, the value. With auth on it takes the permission admin.read; without, only clients on the same machine may.';
  static override examples = ['<%= config.bin %> stats', '<%= config.bin %> stats --json'];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Stats);
    const { ackLevel, ...stats } = await this.withClient(flags, (client) => client.use(AdminServiceCalls).stats({}));
    const values = { ...stats, ackLevel: levelName(ackLevel) };
    if (!this.jsonEnabled()) for (const [name, value] of lines(values)) await write(`${name}\t${String(value)}\n`);
    return values;
  }
}

/** Values by name; of a group within them, by the names of both. */
function lines(values: object, prefix = ''): [string, unknown][] {
  return Object.entries(values).flatMap(([name, value]): [string, unknown][] => {
    if (value === undefined) return [];
    return typeof value === 'object' && value !== null
      ? lines(value, `${prefix}${name}.`)
      : [[`${prefix}${name}`, value]];
  });
}
