import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../lib/base-command.js';
import { parseHex } from '../../lib/hex.js';
import { readStream } from '../../lib/read-bytes.js';
import { manyLines } from '../../lib/show-text.js';
import { UsageError } from '../../lib/usage-error.js';

export default class PacketDecode extends BaseCommand {
  static override summary = 'Show what packets of the native wire say.';
  static override description =
    'Takes one packet or several, one behind the other, in hexadecimal; spaces, colons and a leading 0x are passed over. Fields that the schema calls secret are hidden.';
  static override examples = [
    '<%= config.bin %> packet decode 0100010300000001000200000003000408010a0161',
    '<%= config.bin %> packet decode --method get 010002030000000100000000000200000801 --json',
    'xxd -p capture.bin | <%= config.bin %> packet decode -',
  ];
  static override args = {
    hex: Args.string({ description: 'The bytes in hexadecimal; - reads them from stdin.', ignoreStdin: true }),
  };
  static override strict = false;
  static override flags = {
    method: Flags.string({
      description: 'The method of responses, which do not say it themselves.',
      helpValue: 'NAME',
    }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(PacketDecode);
    const words = argv as string[];
    if (words.length === 0) throw new UsageError('the packet is missing: write it in hexadecimal, or - for stdin');
    const isStdin = words.length === 1 && words[0] === '-';
    const text = isStdin ? Buffer.from(await readStream(process.stdin, 'stdin')).toString() : words.join('');
    const { describePackets } = await import('../../lib/describe-packet.js');
    const { packetText } = await import('../../lib/packet-text.js');
    const packets = describePackets(parseHex(text), flags.method);
    this.log(manyLines(packets.map(packetText).join('\n\n')));
    return { packets };
  }
}
