import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { ClientCommand } from '../../lib/client-command.js';
import { countFlag, wholeFlag } from '../../lib/flags.js';
import { follow } from '../../lib/follow.js';
import { write, writeJsonLine } from '../../lib/output.js';
import { changeJson, changeLine } from '../../lib/show-entry.js';
import { oneLine } from '../../lib/show-text.js';

export default class KvWatch extends ClientCommand {
  static override summary = 'Print changes below a prefix until Ctrl-C.';
  static override description =
    'One line a change: revision, what happened (set, deleted, expired), key, and the value that was set, with tabs between them. With --json, one JSON object a line.';
  static override examples = [
    '<%= config.bin %> kv watch user/',
    '<%= config.bin %> kv watch name --exact --count 1',
    '<%= config.bin %> kv watch "" --after-revision 120 --json',
  ];
  static override args = {
    prefix: Args.string({ description: 'What the keys begin with; "" for all.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    exact: Flags.boolean({ description: 'Only the key that equals PREFIX.' }),
    'after-revision': wholeFlag({
      description: 'Begin with the first change after this revision. Default: the next change.',
    }),
    count: countFlag({ description: 'Stop after so many changes.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(KvWatch);
    const after = flags['after-revision'];
    const request = {
      prefix: args.prefix,
      exact: flags.exact,
      ...(after !== undefined && { afterRevision: after }),
    };
    let left = flags.count ?? Number.POSITIVE_INFINITY;
    await this.withClient(flags, (client) =>
      follow(
        (signal) => client.kv.watch(request, { signal }),
        async ({ event }) => {
          if (event?.$case === 'watching') {
            this.progress(`watching "${oneLine(args.prefix)}" from revision ${event.value.revision}; Ctrl-C ends it`);
          }
          if (event?.$case !== 'change' || event.value.entry === undefined) return false;
          const { kind, entry } = event.value;
          if (this.jsonEnabled()) await writeJsonLine(changeJson(kind, entry));
          else await write(`${changeLine(kind, entry)}\n`);
          return --left === 0;
        },
      ),
    );
  }
}
