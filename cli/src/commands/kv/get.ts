import { ClientCommand } from '../../lib/client-command.js';
import { keyArg, keyFlag, keyOf } from '../../lib/key-value-input.js';
import { missingKey } from '../../lib/missing-key.js';
import { printValue } from '../../lib/print-value.js';
import { entryJson } from '../../lib/show-entry.js';

export default class KvGet extends ClientCommand {
  static override summary = 'Print the value of a key and nothing else.';
  static override description =
    'Text gets a line end; bytes are printed exactly as they are. On a terminal, control characters are escaped. A key that is not there ends the command with exit code 3.';
  static override examples = [
    '<%= config.bin %> kv get name',
    '<%= config.bin %> kv get --key name',
    '<%= config.bin %> kv get photo > photo.jpg',
    '<%= config.bin %> kv get name --url tcp://127.0.0.1:8001 --json',
  ];
  static override args = { key: keyArg };
  static override flags = { key: keyFlag };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(KvGet);
    const key = keyOf(args, flags);
    const entry = await this.withClient(flags, (client) => client.kv.get({ key }));
    if (!entry.found) throw missingKey(key);
    if (!this.jsonEnabled()) await printValue(entry.value, entry.kind, process.stdout.isTTY);
    return entryJson({ ...entry, key });
  }
}
