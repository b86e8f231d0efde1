import * as Args from '@oclif/core/args';
import { ClientCommand } from '../../lib/client-command.js';
import { readValue, valueFlags } from '../../lib/key-value-input.js';
import { messageSource } from '../../lib/message-source.js';

export default class KvPublish extends ClientCommand {
  static override summary = 'Send a message to everybody who is subscribed to a topic.';
  static override description = 'Prints its offset in the topic and how many sessions it was handed to.';
  static override examples = [
    '<%= config.bin %> kv publish ticks 42',
    'date | <%= config.bin %> kv publish ticks -',
    '<%= config.bin %> kv publish photos --file photo.jpg',
  ];
  static override args = {
    topic: Args.string({ description: 'The topic.', required: true, ignoreStdin: true }),
    message: Args.string({ description: 'The message as text; - reads it from stdin.', ignoreStdin: true }),
  };
  static override flags = { file: valueFlags.file };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(KvPublish);
    const source = messageSource(args.message, flags.file);
    const { value: payload } = await readValue(source, undefined);
    const { offset, receivers } = await this.withClient(flags, (client) =>
      client.kv.publish({ topic: args.topic, payload }),
    );
    this.log(`offset ${offset}, ${receivers} ${receivers === 1 ? 'receiver' : 'receivers'}`);
    return { topic: args.topic, offset, receivers };
  }
}
