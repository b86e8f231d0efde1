import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { ClientCommand } from '../../lib/client-command.js';
import { readValue, valueFlags } from '../../lib/key-value-input.js';
import { messageSource } from '../../lib/message-source.js';
import { parseTags } from '../../lib/tags.js';

export default class IoBroadcast extends ClientCommand {
  static override summary = 'Send a message to everybody who is subscribed to a topic.';
  static override description =
    'Prints its offset in the topic and how many subscriptions it was handed to. With --json also the epoch, which names the stream of offsets.';
  static override examples = [
    '<%= config.bin %> io broadcast rooms.1.heat 21.5 --tag unit=C',
    'date | <%= config.bin %> io broadcast ticks -',
  ];
  static override args = {
    topic: Args.string({ description: 'The topic.', required: true, ignoreStdin: true }),
    message: Args.string({ description: 'The message as text; - reads it from stdin.', ignoreStdin: true }),
  };
  static override flags = {
    file: valueFlags.file,
    tag: Flags.string({ description: 'What filters look at.', helpValue: 'NAME=VALUE', multiple: true }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(IoBroadcast);
    const tags = parseTags('tag', flags.tag);
    const { value: payload } = await readValue(messageSource(args.message, flags.file), undefined);
    const { offset, receivers, epoch } = await this.withClient(flags, (client) =>
      client.io.broadcast({ topic: args.topic, payload, tags }),
    );
    this.log(`offset ${offset}, ${receivers} ${receivers === 1 ? 'receiver' : 'receivers'}`);
    return { topic: args.topic, offset, receivers, epoch };
  }
}
