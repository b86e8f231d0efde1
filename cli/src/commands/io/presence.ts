import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { Member } from '@polywire/protocol/polywire.io.v1';
import { ClientCommand } from '../../lib/client-command.js';
import { countFlag } from '../../lib/flags.js';
import { follow } from '../../lib/follow.js';
import { write, writeJsonLine } from '../../lib/output.js';
import { oneLine } from '../../lib/show-text.js';
import { payloadJson, valueLine } from '../../lib/show-value.js';

export default class IoPresence extends ClientCommand {
  static override summary = 'Print who is present on a topic, and then who comes and goes, until Ctrl-C.';
  static override description =
    'Present is who subscribes with presence, such as "io subscribe TOPIC --presence TEXT". One line a member: present, joined or left, the client, its session and what it says of itself, with tabs between them. At most 1,000 are listed, those that are there longest; the count is of all.';
  static override examples = [
    '<%= config.bin %> io presence lobby',
    '<%= config.bin %> io presence lobby --once --json',
  ];
  static override args = { topic: Args.string({ description: 'The topic.', required: true, ignoreStdin: true }) };
  static override flags = {
    once: Flags.boolean({ description: 'Only who is there now.' }),
    count: countFlag({ description: 'Stop after so many have come or gone.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IoPresence);
    let left = flags.count ?? Number.POSITIVE_INFINITY;
    await this.withClient(flags, (client) =>
      follow(
        (signal) => client.io.presence({ topic: args.topic }, { signal }),
        async ({ event }) => {
          if (event?.$case === 'present') {
            const { members, count } = event.value;
            this.progress(`${count} present on "${oneLine(args.topic)}"${flags.once ? '' : '; Ctrl-C ends it'}`);
            if (this.jsonEnabled()) await writeJsonLine({ present: { count, members: members.map(memberJson) } });
            else for (const member of members) await write(memberLine('present', member));
            return flags.once;
          }
          if (event === undefined) return false;
          if (this.jsonEnabled()) await writeJsonLine({ [event.$case]: memberJson(event.value) });
          else await write(memberLine(event.$case, event.value));
          return --left === 0;
        },
      ),
    );
  }
}

function memberLine(what: string, { clientId, sessionId, info }: Member): string {
  return `${[what, oneLine(clientId), sessionId, valueLine(info)].join('\t')}\n`;
}

function memberJson({ clientId, sessionId, info }: Member): unknown {
  return { clientId, sessionId, ...payloadJson(info) };
}
