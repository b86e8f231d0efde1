import { levelName } from '../../lib/ack.js';
import { ClientCommand } from '../../lib/client-command.js';
import { wholeFlag } from '../../lib/flags.js';
import { keyArg, keyFlag, keyOf } from '../../lib/key-value-input.js';
import { missingKey } from '../../lib/missing-key.js';

export default class KvDelete extends ClientCommand {
  static override summary = 'Delete a key.';
  static override description = 'A key that is not there ends the command with exit code 3.';
  static override examples = [
    '<%= config.bin %> kv delete name',
    '<%= config.bin %> kv delete --key name --if-revision 12',
  ];
  static override args = { key: keyArg };
  static override flags = {
    key: keyFlag,
    'if-revision': wholeFlag({ description: 'Delete only if the key has this revision.' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(KvDelete);
    const key = keyOf(args, flags);
    const condition = flags['if-revision'] === undefined ? {} : { ifRevision: flags['if-revision'] };
    const reply = await this.withClient(flags, (client) => client.kv.delete({ key, ...condition }));
    if (!reply.deleted) throw missingKey(key);
    this.log(`revision ${reply.revision} (${levelName(reply.level)})`);
    return { key, revision: reply.revision, level: levelName(reply.level) };
  }
}
