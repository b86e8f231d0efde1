import * as Args from '@oclif/core/args';
import { RelayService, TailNotice } from '@polywire/protocol/polywire.relay.v1';
import { ClientCommand } from '../../lib/client-command.js';
import { countFlag } from '../../lib/flags.js';
import { follow } from '../../lib/follow.js';
import { write, writeJsonLine } from '../../lib/output.js';
import { oneLine } from '../../lib/show-text.js';
import { payloadJson, valueLine } from '../../lib/show-value.js';

export default class RelayTail extends ClientCommand {
  static override summary = 'Print the messages of Redis channels that the server forwards, until Ctrl-C.';
  static override description =
    'One line a message: its channel, a space and the message, with control characters escaped; a message that is not UTF-8 is written as 0x and its bytes. What is published while the server cannot reach Redis is missing: stderr says so. With --json, one JSON object a line, with the time of forwarding; a line with "notice" says "interrupted" when messages begin to be missing, and "subscribed" from when on they all come.';
  static override examples = [
    'POLYWIRE_TOKEN=change-me <%= config.bin %> relay tail mempool:ctf_tx',
    '<%= config.bin %> relay tail mempool:tx_analysis "mempool:*" --json',
  ];
  static override strict = false;
  static override args = {
    channel: Args.string({
      description: 'A channel or a pattern that the server forwards; several are possible.',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = { count: countFlag({ description: 'Stop after so many messages.' }) };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(RelayTail);
    const channels = argv as string[];
    let left = flags.count ?? Number.POSITIVE_INFINITY;
    await this.withClient(flags, (client) =>
      follow(
        (signal) => client.use(RelayService).tail({ channels }, { signal }),
        async ({ channel, payload, forwardedAtMs, notice }) => {
          if (notice !== TailNotice.UNSPECIFIED) {
            await this.#tell(notice === TailNotice.SUBSCRIBED, channels, forwardedAtMs);
            return false;
          }
          if (this.jsonEnabled()) await writeJsonLine({ channel, forwardedAtMs, ...payloadJson(payload) });
          else await write(`${oneLine(channel)} ${valueLine(payload)}\n`);
          return --left === 0;
        },
      ),
    );
  }

  async #tell(isSubscribed: boolean, channels: readonly string[], forwardedAtMs: number): Promise<void> {
    if (this.jsonEnabled()) {
      await writeJsonLine({ notice: isSubscribed ? 'subscribed' : 'interrupted', forwardedAtMs });
    } else if (isSubscribed) {
      this.progress(`subscribed to ${channels.map(oneLine).join(', ')}; Ctrl-C ends it`);
    } else {
      this.progress('the server cannot reach Redis: messages are missing until it is subscribed again');
    }
  }
}
