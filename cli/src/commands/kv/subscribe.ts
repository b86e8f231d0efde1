import * as Args from '@oclif/core/args';
import { ClientCommand } from '../../lib/client-command.js';
import { countFlag } from '../../lib/flags.js';
import { follow } from '../../lib/follow.js';
import { write, writeJsonLine } from '../../lib/output.js';
import { oneLine } from '../../lib/show-text.js';
import { payloadJson, valueLine } from '../../lib/show-value.js';

export default class KvSubscribe extends ClientCommand {
  static override summary = 'Print the messages of a topic until Ctrl-C.';
  static override description =
    'One line a message, with control characters escaped; a message that is not UTF-8 is written as 0x and its bytes. With --json, one JSON object a line, with the offset.';
  static override examples = [
    '<%= config.bin %> kv subscribe ticks',
    '<%= config.bin %> kv subscribe ticks --count 1 --json',
  ];
  static override args = { topic: Args.string({ description: 'The topic.', required: true, ignoreStdin: true }) };
  static override flags = { count: countFlag({ description: 'Stop after so many messages.' }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(KvSubscribe);
    let left = flags.count ?? Number.POSITIVE_INFINITY;
    await this.withClient(flags, (client) =>
      follow(
        (signal) => client.kv.subscribe({ topic: args.topic }, { signal }),
        async ({ event }) => {
          if (event?.$case === 'subscribed') {
            this.progress(`subscribed to "${oneLine(args.topic)}" at offset ${event.value.offset}; Ctrl-C ends it`);
          }
          if (event?.$case !== 'message') return false;
          const { topic, offset, payload } = event.value;
          if (this.jsonEnabled()) await writeJsonLine({ topic, offset, ...payloadJson(payload) });
          else await write(`${valueLine(payload)}\n`);
          return --left === 0;
        },
      ),
    );
  }
}
