import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { Delivery, type SubscribeResponse, type TopicMessage } from '@polywire/protocol/polywire.io.v1';
import { ClientCommand } from '../../lib/client-command.js';
import { countFlag, wholeFlag } from '../../lib/flags.js';
import { follow } from '../../lib/follow.js';
import { write, writeJsonLine } from '../../lib/output.js';
import { oneLine } from '../../lib/show-text.js';
import { payloadJson, valueLine } from '../../lib/show-value.js';
import { parseTags } from '../../lib/tags.js';

export default class IoSubscribe extends ClientCommand {
  static override summary = 'Print the messages of a topic, or of all topics that match a pattern, until Ctrl-C.';
  static override description =
    'In a pattern, * stands for any one segment between dots, and ** at the end for one or more. One line a message, with its topic and a tab before it when TOPIC is a pattern; control characters are escaped, and a message that is not UTF-8 is written as 0x and its bytes. With --json, one JSON object a line: first the position of the subscription, then messages, and gaps where messages are lost.';
  static override examples = [
    '<%= config.bin %> io subscribe ticks',
    '<%= config.bin %> io subscribe "rooms.*.heat" --filter unit=C',
    '<%= config.bin %> io subscribe ticks --last 10 --count 10 --json',
    '<%= config.bin %> io subscribe ticks --epoch 5f0c… --offset 1200',
  ];
  static override args = {
    topic: Args.string({ description: 'The topic or pattern.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    count: countFlag({ description: 'Stop after so many messages.' }),
    last: wholeFlag({ description: 'Begin with so many of the newest messages, as far as they are kept.' }),
    epoch: Flags.string({ description: 'Go on from this position, which --json has printed.', dependsOn: ['offset'] }),
    offset: wholeFlag({ description: 'Offset of the last message seen.', dependsOn: ['epoch'] }),
    filter: Flags.string({
      description: 'Only messages that have this tag. Several: all of them.',
      helpValue: 'NAME=VALUE',
      multiple: true,
    }),
    latest: Flags.boolean({ description: 'Only the newest message, whenever there is time for one.' }),
    presence: Flags.string({
      description: 'Be listed as present on the topic, with this text.',
      helpValue: 'TEXT',
    }),
    client: Flags.string({ description: 'Connect with this identity.', helpValue: 'ID' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IoSubscribe);
    const { topic } = args;
    const request = {
      topic,
      filter: parseTags('filter', flags.filter),
      ...(flags.last !== undefined && { last: flags.last }),
      ...(flags.epoch !== undefined && { epoch: flags.epoch, offset: flags.offset ?? 0 }),
      ...(flags.latest && { delivery: Delivery.LATEST }),
      ...(flags.presence !== undefined && { presence: new TextEncoder().encode(flags.presence) }),
    };
    let left = flags.count ?? Number.POSITIVE_INFINITY;
    await this.withClient(flags, (client) =>
      follow(
        (signal) => client.io.subscribe(request, { signal }),
        async ({ event }) => {
          if (event?.$case === 'message') {
            await this.#show(topic, event.value);
            return --left === 0;
          }
          await this.#tell(topic, event);
          return false;
        },
      ),
    );
  }

  async #show(selection: string, message: TopicMessage): Promise<void> {
    const { topic, offset, payload, tags, publishedAtMs } = message;
    if (this.jsonEnabled()) {
      const publishedAt = new Date(publishedAtMs).toISOString();
      const more = tags.size > 0 ? { tags: Object.fromEntries(tags) } : {};
      await writeJsonLine({ topic, offset, ...payloadJson(payload), ...more, publishedAt });
      return;
    }
    await write(topic === selection ? `${valueLine(payload)}\n` : `${oneLine(topic)}\t${valueLine(payload)}\n`);
  }

  async #tell(selection: string, event: SubscribeResponse['event']): Promise<void> {
    if (event?.$case === 'subscribed') {
      const { epoch, offset, recovered } = event.value;
      this.progress(`subscribed to "${oneLine(selection)}" at offset ${offset}; Ctrl-C ends it`);
      if (this.jsonEnabled()) await writeJsonLine({ subscribed: { epoch, offset, recovered } });
    } else if (event?.$case === 'gap') {
      const { fromOffset, toOffset } = event.value;
      this.progress(toOffset === 0 ? 'messages are lost' : `messages ${fromOffset} to ${toOffset} are lost`);
      if (this.jsonEnabled()) await writeJsonLine({ gap: { fromOffset, toOffset } });
    }
  }
}
