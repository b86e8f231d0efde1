import * as Flags from '@oclif/core/flags';
import { levelName } from '../../lib/ack.js';
import { ClientCommand } from '../../lib/client-command.js';
import { durationFlag, wholeFlag } from '../../lib/flags.js';
import { keyAndSource, keyArg, keyFlag, readValue, valueArg, valueFlags } from '../../lib/key-value-input.js';

export default class KvSet extends ClientCommand {
  static override summary = 'Write a value.';
  static override description =
    'Prints the revision of the write and what its acknowledgement means: volatile, os or disk. A write without --ttl ends an earlier time to live.';
  static override examples = [
    '<%= config.bin %> kv set name 999999',
    '<%= config.bin %> kv set --key name --value 999999',
    '<%= config.bin %> kv set lock mine --if-absent --ttl 30s',
    '<%= config.bin %> kv set photo --file photo.jpg',
    'date | <%= config.bin %> kv set now -',
  ];
  static override args = { key: keyArg, value: valueArg };
  static override flags = {
    key: keyFlag,
    ...valueFlags,
    ttl: durationFlag({ description: 'How long the key lives, such as 500ms, 60s or 7d. Default: for ever.' }),
    'if-absent': Flags.boolean({ description: 'Write only if the key is not there.', exclusive: ['if-revision'] }),
    'if-revision': wholeFlag({ description: 'Write only if the key has this revision.' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(KvSet);
    const { key, source } = keyAndSource(args, flags);
    const request = {
      key,
      ...(await readValue(source, flags.kind)),
      ...(flags.ttl !== undefined && { ttlMs: flags.ttl }),
      ...(flags['if-revision'] !== undefined && { ifRevision: flags['if-revision'] }),
      ifAbsent: flags['if-absent'],
    };
    const { revision, level } = await this.withClient(flags, (client) => client.kv.set(request));
    this.log(`revision ${revision} (${levelName(level)})`);
    return { key, revision, level: levelName(level) };
  }
}
